import type { DistributedScaledObject } from '../../../../api/index.ts';
import { KubeError, type KubeClient, NoMatchError, NotFoundError } from '../../../../kube/index.ts';
import { resourceOfKind } from '../../../delivery-from-hub/resource-of-kind.ts';
import { TriggerError } from '../triggers/trigger.ts';

/** The pod template of the workload that is scaled, with its name for messages; `why` where nobody can know it. */
export type WorkloadTemplate =
  | { readonly what: string; readonly template: unknown }
  | { readonly why: string };

/**
 * The pod template that all members have: that of the hub, where the workload comes from there. What members have of their
 * own may differ from one to the next. Throws TriggerError where it cannot be read.
 */
export async function workloadTemplate(
  { metadata, spec }: DistributedScaledObject,
  client: KubeClient,
  signal: AbortSignal,
): Promise<WorkloadTemplate> {
  if (spec.workload?.fromHub !== true)
    return { why: 'the hub does not have it, as spec.workload.fromHub is not true' };
  const { name, ...target } = spec.scaledObjectSpec.scaleTargetRef;
  const apiVersion = or(target.apiVersion, 'apps/v1');
  const kind = or(target.kind, 'Deployment');
  const { namespace } = metadata;
  const what = `the ${kind} ${namespace}/${name} of the hub`;
  try {
    const resource = await resourceOfKind(client, { apiVersion, kind }, signal);
    const workload = await client.get(resource, { namespace, name }, { signal });
    return { what, template: (workload['spec'] as { readonly template?: unknown } | undefined)?.template };
  } catch (error) {
    if (!(error instanceof KubeError)) throw error;
    const isAbsent = error instanceof NotFoundError || error instanceof NoMatchError;
    throw new TriggerError(isAbsent ? `${what} does not exist` : `${what} cannot be read: ${error.name}`, {
      cause: error,
    });
  }
}

function or(text: string | undefined, otherwise: string): string {
  return text === undefined || text === '' ? otherwise : text;
}
