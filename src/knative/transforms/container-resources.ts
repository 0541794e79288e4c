import type { CommonSpec } from '../../api/index.ts';
import { nameOf, updateContainers } from './containers.ts';
import { isKind, objectName } from './object-kinds.ts';
import { overridesOf } from './override-target.ts';
import { type JsonObject, merge } from './path-copy.ts';
import type { Transform } from './transform.ts';

type Resources = NonNullable<CommonSpec['resources']>;

/**
 * The deprecated `spec.resources`, which goes by the name of the container in whatever Deployment; a Deployment whose
 * override has resources of its own is left to that.
 */
export const deprecatedResources: Transform = (object, { spec }) => {
  const { resources = [] } = spec;
  if (resources.length === 0 || !isKind(object, 'apps', 'Deployment')) return object;
  const name = objectName(object);
  const decided = overridesOf(spec).some(
    (override) => override.name === name && (override.resources ?? []).length > 0,
  );
  return decided ? object : updateContainers(object, (container) => withResources(container, resources));
};

/** Limits and requests of the first entry for a container, resource by resource. */
export function withResources(container: JsonObject, resources: Resources): JsonObject {
  const wanted = resources.find((entry) => entry.container === nameOf(container));
  const limited = merge(container, ['resources', 'limits'], wanted?.limits);
  return merge(limited, ['resources', 'requests'], wanted?.requests);
}
