import { groupVersionKind, type KubeObject } from '../../api/index.ts';
import { componentDirectories, type InstallationManifests } from '../manifests/index.ts';
import { namingObject } from './naming-object.ts';
import { generateName, isKind, objectName } from './object-kinds.ts';
import { valueAt } from './path-copy.ts';
import type { TransformContext } from './transform.ts';
import { injectNamespace } from './namespace.ts';

type Parts = Pick<InstallationManifests, 'core' | 'addOns' | 'additional'>;

/**
 * One object for each identity, in its namespace, in the order of first appearance. Files repeat objects, and add-ons
 * bring objects of the same name as the core's. The last one counts, except that what add-ons have in common with the
 * core is the core's; only additional manifests, which a user chose, replace that too. Namespaces other than the
 * installation's are left out: renamed, they would give it their labels.
 */
export function mergeObjects(
  { core, addOns, additional }: Parts,
  context: TransformContext,
): readonly KubeObject[] {
  const merged = new Map<string, KubeObject>();
  const add = (object: KubeObject, mayReplace: boolean): void => {
    if (isForeignNamespace(object, context)) return;
    const placed = namingObject(object, () => injectNamespace(object, context));
    const key = identity(placed);
    if (mayReplace || !merged.has(key)) merged.set(key, placed);
  };
  for (const object of core) add(object, true);
  for (const object of addOns) add(object, !isCommon(object));
  for (const object of additional) add(object, true);
  return [...merged.values()];
}

/** A Namespace of neither the release nor the installation. */
export function isForeignNamespace(object: KubeObject, { component, namespace }: TransformContext): boolean {
  return (
    isKind(object, '', 'Namespace') &&
    ![componentDirectories[component], namespace].includes(objectName(object))
  );
}

/** Objects that add-ons bring along so that they run without the core, under the names of the core's. */
function isCommon(object: KubeObject): boolean {
  const name = objectName(object);
  if (isKind(object, '', 'Namespace')) return true;
  if (isKind(object, '', 'ConfigMap')) return commonConfigMaps.has(name);
  return (
    isKind(object, 'admissionregistration.k8s.io', 'MutatingWebhookConfiguration') &&
    name === 'sinkbindings.webhook.sources.knative.dev'
  );
}

const commonConfigMaps = new Set(['config-logging', 'config-observability', 'config-tracing']);

/** Whatever the version of the API; Jobs without a name yet differ in its beginning. */
function identity(object: KubeObject): string {
  const { group, kind } = groupVersionKind(object);
  const namespace = valueAt(object, ['metadata', 'namespace']);
  return JSON.stringify([group, kind, namespace ?? '', objectName(object), generateName(object)]);
}
