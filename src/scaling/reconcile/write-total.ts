import { resources } from '../../kube/index.ts';
import { type AskedScaling, readAskedScaling } from './asked-scaling.ts';
import { type ScalingPass, tell } from './scaling-pass.ts';
import { overwrittenTotal, projectObject } from './total-on-hub.ts';

export interface WithTotal {
  readonly pass: ScalingPass;
  readonly asked: AskedScaling;
}

/** `kubectl replace` and its like are undone; undefined where there is nothing to undo. Throws KubeErrors. */
export async function restoreTotal({ pass, asked }: WithTotal): Promise<WithTotal | undefined> {
  const total = overwrittenTotal(pass.object, asked, pass.memory.lastTotal);
  if (total === undefined) return undefined;
  const restored = await writeTotal(pass, total);
  const note = `spec.totalTargetReplicas was set to 0 other than through /scale; it is ${total} again`;
  tell(pass, [{ reason: 'TargetReplicasOverwritten', action: 'Scale', member: '', note }]);
  return restored;
}

/** Writes the total as autoscalers do, unless somebody has meanwhile. Throws KubeErrors. */
export async function writeTotal(pass: ScalingPass, replicas: number): Promise<WithTotal> {
  const { services, object, context } = pass;
  const { signal } = context;
  const resource = resources.distributedScaledObjects;
  const body = { metadata: { resourceVersion: object.metadata.resourceVersion }, spec: { replicas } };
  await services.hub.patch(resource, object.metadata, 'merge', body, { subresource: 'scale', signal });
  const live = projectObject(await services.hub.get(resource, object.metadata, { signal }));
  const read = readAskedScaling(live);
  if (!read.ok) throw new Error(`the object has become invalid: ${read.why}`);
  const memory = { ...pass.memory, lastTotal: read.asked.spec.total };
  return { pass: { ...pass, object: live, memory }, asked: read.asked };
}
