import type { CommonSpec, KubeObject } from '../../api/index.ts';
import { nameOf, podSpec, updateAllContainers } from './containers.ts';
import { generateName, isKind, isWorkload, objectName } from './object-kinds.ts';
import { itemsAt, type JsonObject, type Path, set, update, updateItems, valueAt } from './path-copy.ts';
import type { Transform } from './transform.ts';

type Registry = NonNullable<CommonSpec['registry']>;

/** `spec.registry`: images of containers, init containers and caching Images, and the Secrets to pull them with. */
export const images: Transform = (object, { spec: { registry } }) => {
  if (registry === undefined) return object;
  if (isKind(object, 'caching.internal.knative.dev', 'Image')) {
    const image = imageFor([objectName(object)], valueAt(object, ['spec', 'image']), registry);
    const pulled = image === undefined ? object : set(object, ['spec', 'image'], image);
    return withPullSecrets(pulled, ['spec', 'imagePullSecrets'], registry);
  }
  if (isKind(object, '', 'ConfigMap')) return withQueueProxy(object, registry);
  if (!isWorkload(object)) return object;
  const workload = generateName(object) || objectName(object);
  const pulled = updateAllContainers(object, (container) => withImages(container, workload, registry));
  return withPullSecrets(pulled, [...podSpec, 'imagePullSecrets'], registry);
};

function withImages(container: JsonObject, workload: string, registry: Registry): JsonObject {
  const name = nameOf(container);
  const image = imageFor([`${workload}/${name}`, name], container['image'], registry, name);
  const pulled = image === undefined ? container : set(container, ['image'], image);
  return updateItems(pulled, ['env'], (variable) => {
    const key = nameOf(variable);
    const value =
      registry.everyImage === true && carriesImage(variable)
        ? imageFor([key], variable['value'], registry)
        : overrideFor(key, registry);
    return value === undefined ? variable : { name: variable['name'], value };
  });
}

/** Releases call such variables `DISPATCHER_IMAGE`, `GH_RA_IMAGE` and the like. */
function carriesImage(variable: JsonObject): boolean {
  const value = variable['value'];
  return nameOf(variable).endsWith('_IMAGE') && typeof value === 'string' && value.includes('/');
}

/** The image that goes into the pods of users; the caching Image of it has the name of its container there. */
function withQueueProxy(configMap: KubeObject, registry: Registry): KubeObject {
  if (registry.everyImage !== true || objectName(configMap) !== 'config-deployment') return configMap;
  return update(configMap, ['data', 'queue-sidecar-image'], (image) =>
    typeof image === 'string' ? (imageFor(['queue-proxy'], image, registry) ?? image) : image,
  );
}

/** The first override of these keys, or the default registry; undefined keeps the image. */
function imageFor(
  keys: readonly string[],
  image: unknown,
  registry: Registry,
  fallback = keys[0],
): string | undefined {
  const override = keys.map((key) => overrideFor(key, registry)).find((found) => found !== undefined);
  if (override !== undefined) return override;
  if (registry.default === undefined || registry.default === '') return undefined;
  return registry.default.replaceAll('${NAME}', () => baseName(image) ?? fallback ?? '');
}

function overrideFor(key: string, { override = {} }: Registry): string | undefined {
  return Object.hasOwn(override, key) ? override[key] : undefined;
}

/** `queue` of `host/path/queue@sha256:…` and `host/path/queue:v1`; undefined for images without a path. */
function baseName(image: unknown): string | undefined {
  if (typeof image !== 'string' || !image.includes('/')) return undefined;
  const name = image.slice(image.lastIndexOf('/') + 1).split(/[:@]/)[0];
  return name === '' ? undefined : name;
}

/** Appends what is not there yet: two of one name would be refused by server-side apply. */
function withPullSecrets(object: KubeObject, path: Path, { imagePullSecrets = [] }: Registry): KubeObject {
  if (imagePullSecrets.length === 0) return object;
  const byName = new Map<string, JsonObject>();
  for (const secret of [...itemsAt(object, path), ...imagePullSecrets]) {
    if (!byName.has(nameOf(secret))) byName.set(nameOf(secret), secret);
  }
  return set(object, path, [...byName.values()]);
}
