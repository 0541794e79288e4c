import { isAutoscaled, isAutoscaler, raiseAutoscaler } from './autoscaling.ts';
import { isKind, objectName } from './object-kinds.ts';
import { overridesOf } from './override-target.ts';
import { set } from './path-copy.ts';
import type { Transform } from './transform.ts';

/** The eventing controller scales this one, from 0 and back. */
const notReplicable = 'pingsource-mt-adapter';

/** `spec.high-availability.replicas`, for objects whose replicas no override decides. */
export const highAvailability: Transform = (object, { spec }) => {
  const replicas = spec['high-availability']?.replicas;
  const name = objectName(object);
  const decided = overridesOf(spec).some(
    (override) => override.replicas !== undefined && override.name === name,
  );
  if (replicas === undefined || decided) return object;
  if (isAutoscaler(object)) return raiseAutoscaler(object, replicas);
  const scalable = isKind(object, 'apps', 'Deployment') && name !== notReplicable && !isAutoscaled(name);
  return scalable ? set(object, ['spec', 'replicas'], replicas) : object;
};
