import { resources } from '../../kube/index.ts';
import type { Asking } from '../hub/answer.ts';
import type { Hub } from '../hub/open-hub.ts';
import type { HubFlags } from '../hub/hub-options.ts';
import { readScaledObject } from '../hub/scaled-object.ts';
import { objectOnHub } from '../simulate/object-on-hub.ts';
import type { ObjectOperand } from '../simulate/object-operand.ts';
import type { PlannedObject } from './plan-again.ts';

/** The object that was named: in its namespace, else in that of the flags or the context. Throws CliError, KubeError. */
export async function readPlannedObject(
  hub: Hub,
  { namespace, name }: ObjectOperand,
  flags: HubFlags,
  { clock, signal }: Asking,
): Promise<PlannedObject> {
  const { client } = hub;
  const place = { namespace: namespace ?? flags.namespace ?? hub.namespace ?? 'default', name };
  const given = await objectOnHub(place, { client, clock, signal });
  const resource = await client.resourceFor(resources.distributedScaledObjects, { signal });
  return { given, object: readScaledObject(await client.get(resource, place, { signal })) };
}
