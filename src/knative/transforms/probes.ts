import type { WorkloadOverride } from '../../api/index.ts';
import { nameOf } from './containers.ts';
import { isObject, type JsonObject, remove, update } from './path-copy.ts';
import { MalformedField } from './transform-error.ts';

type Probes = NonNullable<WorkloadOverride['readinessProbes']>;

/**
 * The numbers of the first entry for a container; 0 says nothing. An entry without numbers removes the probe. What a
 * probe does is never changed, so numbers for a probe that is not there make one that asks nothing.
 */
export function withProbe(
  container: JsonObject,
  field: 'readinessProbe' | 'livenessProbe',
  overrides: Probes,
): JsonObject {
  const override = overrides.find((entry) => entry.container === nameOf(container));
  if (override === undefined) return container;
  const { container: _, ...given } = override;
  const numbers = Object.fromEntries(
    Object.entries(given).filter(([, value]) => value !== undefined && value !== 0),
  );
  if (Object.keys(numbers).length === 0) return remove(container, [field]);
  return update(container, [field], (probe) => {
    if (probe !== undefined && !isObject(probe)) throw new MalformedField([field], 'an object');
    return { ...probe, ...numbers };
  });
}
