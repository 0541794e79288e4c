import { isRecord, type WorkloadOverride } from '../../api/index.ts';
import { nameOf } from './containers.ts';
import { type JsonObject, remove, update } from './path-copy.ts';
import { MalformedField } from './transform-error.ts';

type Probes = NonNullable<WorkloadOverride['readinessProbes']>;

/** All that an override may say of a probe. A file that is rendered may hold more, which the API server would drop. */
const numberFields = [
  'initialDelaySeconds',
  'timeoutSeconds',
  'periodSeconds',
  'successThreshold',
  'failureThreshold',
  'terminationGracePeriodSeconds',
] as const;

/**
 * The numbers of the first entry for a container; 0 says nothing, except as grace period, whose absence means that of
 * the pod. An entry without numbers removes the probe. What a probe does is never changed, so numbers for a probe that
 * is not there make one that asks nothing.
 */
export function withProbe(
  container: JsonObject,
  field: 'readinessProbe' | 'livenessProbe',
  overrides: Probes,
): JsonObject {
  const override = overrides.find((entry) => entry.container === nameOf(container));
  if (override === undefined) return container;
  const numbers = Object.fromEntries(
    numberFields
      .map((name) => [name, override[name]] as const)
      .filter(
        ([name, value]) => value !== undefined && (value !== 0 || name === 'terminationGracePeriodSeconds'),
      ),
  );
  if (Object.keys(numbers).length === 0) return remove(container, [field]);
  return update(container, [field], (probe) => {
    if (probe !== undefined && !isRecord(probe)) throw new MalformedField([field], 'an object');
    return { ...probe, ...numbers };
  });
}
