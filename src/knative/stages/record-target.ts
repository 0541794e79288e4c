import { done, type StatusWritten, writeStatus } from '../../controller/index.ts';
import { ConflictError } from '../../kube/index.ts';
import { goOn, need, type Pass, rest, StaleObjectError, type StageResult } from '../pass.ts';

/**
 * Writes down where the object installs before anything is installed, and not before everything is at hand for that:
 * whoever removes it later, with nothing but the object, knows where to look, or that there is nothing to look for.
 */
export async function recordTarget(pass: Pass): Promise<StageResult> {
  const { component, installation, object, services, signal } = pass;
  const { clusterProfileRef } = installation.spec;
  const recorded = installation.status?.target;
  const target = {
    ...recorded,
    ...(clusterProfileRef === undefined ? {} : { clusterProfileRef }),
    namespace: need(pass, 'namespace'),
  };
  const claimed = { ...pass, status: { ...pass.status, target } };
  if (recorded !== undefined) return goOn(claimed);
  const { resource } = component;
  const { status } = claimed;
  const { client } = services.hub;
  let written: StatusWritten | undefined;
  try {
    written = await writeStatus({ client, resource, object, status, signal, attempts: 1 });
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error;
    // Half a pass must not undo what a whole one has written.
    throw new StaleObjectError(await client.get(resource, object.metadata, { signal }), { cause: error });
  }
  // Somebody took our finalizer off and deleted it: there is nobody to install for.
  if (written === undefined) return rest({ ...claimed, released: true }, done);
  return goOn({ ...claimed, object: written.object, shown: status.conditions });
}
