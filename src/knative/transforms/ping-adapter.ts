import type { KubeObject, ManagedFieldsEntry } from '../../api/index.ts';
import { nameOf, updateContainers } from './containers.ts';
import { isKind, objectName } from './object-kinds.ts';
import { type Path, remove, updateItems, valueAt } from './path-copy.ts';
import type { Transform } from './transform.ts';

const adapter = 'pingsource-mt-adapter';

/** What the eventing controller writes into the adapter once there are PingSources. */
const variablesOfController = new Set([
  'SYSTEM_NAMESPACE',
  'NAMESPACE',
  'K_METRICS_CONFIG',
  'K_OBSERVABILITY_CONFIG',
  'K_LOGGING_CONFIG',
  'K_TRACING_CONFIG',
  'K_LEADER_ELECTION_CONFIG',
  'K_NO_SHUTDOWN_AFTER',
  'K_SINK_TIMEOUT',
]);

/** Field managers of ours, and of knative/operator, whose fields become ours. */
const ownManagers = new Set(['wheelwright', 'manifestival']);

/** For rendering with the cluster at hand. */
export const pingAdapter: Transform = (object, { livePingAdapter: live }) =>
  live === undefined ? object : leaveToController(object, live);

/**
 * Leaves the replicas and those variables of Deployment `pingsource-mt-adapter` to the eventing controller, as far as
 * it has written them to the live one, which must come with its managedFields; other objects stay as they are. A
 * variable is then sent with its name only: server-side apply leaves the value to its owner, but would remove a
 * variable that is not sent, together with its name.
 */
export function leaveToController(object: KubeObject, live: KubeObject): KubeObject {
  if (
    !isKind(object, 'apps', 'Deployment') ||
    objectName(object) !== adapter ||
    objectName(live) !== adapter
  ) {
    return object;
  }
  const isForeign = (path: Path): boolean => foreignEntries(live).some((entry) => owns(entry, path));
  const scaled = isForeign(['f:spec', 'f:replicas']) ? remove(object, ['spec', 'replicas']) : object;
  return updateContainers(scaled, (container) =>
    updateItems(container, ['env'], (variable) => {
      const name = nameOf(variable);
      return variablesOfController.has(name) && isForeign(pathOf(nameOf(container), name))
        ? { name }
        : variable;
    }),
  );
}

function foreignEntries({ metadata }: KubeObject): readonly ManagedFieldsEntry[] {
  return (metadata.managedFields ?? []).filter(
    ({ manager = '', subresource = '' }) => !ownManagers.has(manager) && subresource === '',
  );
}

/** FieldsV1 is a tree whose steps are `f:<field>` and `k:<the keys of a list item in JSON>`. */
function pathOf(container: string, variable: string): Path {
  const item = (name: string): string => `k:${JSON.stringify({ name })}`;
  const containers = ['f:spec', 'f:template', 'f:spec', 'f:containers'];
  return [...containers, item(container), 'f:env', item(variable)];
}

function owns({ fieldsV1 }: ManagedFieldsEntry, path: Path): boolean {
  return valueAt(fieldsV1, path) !== undefined;
}
