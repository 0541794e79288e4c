import type { KnativeServingSpec } from '../../api/index.ts';
import { nameOf, podSpec, withEnv } from './containers.ts';
import { isKind, objectName } from './object-kinds.ts';
import { itemsAt, type JsonObject, set, updateItems, valueAt } from './path-copy.ts';
import type { Transform } from './transform.ts';
import { TransformError } from './transform-error.ts';

const directory = '/custom-certs';

/** `spec.controller-custom-certs`: certificate authorities for the controller, from an object on the same cluster. */
export const customCertificates: Transform<KnativeServingSpec> = (object, { spec }) => {
  const certificates = spec['controller-custom-certs'];
  if (certificates === undefined || (certificates.type === '' && certificates.name === '')) return object;
  if (!isKind(object, 'apps', 'Deployment') || objectName(object) !== 'controller') return object;
  const volume = volumeOf(certificates);
  const volumes = [...podSpec, 'volumes'];
  const mounted = set(object, volumes, withItem(itemsAt(object, volumes), volume));
  const [first] = itemsAt(mounted, [...podSpec, 'containers']);
  return updateItems(mounted, [...podSpec, 'containers'], (container) =>
    container === first ? withMount(container, nameOf(volume)) : container,
  );
};

function volumeOf({ type, name }: NonNullable<KnativeServingSpec['controller-custom-certs']>): JsonObject {
  if (type !== 'ConfigMap' && type !== 'Secret')
    throw new TransformError(`unknown CustomCerts type: ${type}`);
  if (name === '') throw new TransformError(`the CustomCerts name for ${type} is required`);
  return {
    name: `custom-certs-${name}`,
    ...(type === 'ConfigMap' ? { configMap: { name } } : { secret: { secretName: name } }),
  };
}

function withMount(container: JsonObject, volume: string): JsonObject {
  const others = itemsAt(container, ['volumeMounts']).filter(
    (mount) => valueAt(mount, ['mountPath']) !== directory,
  );
  const mounted = set(container, ['volumeMounts'], [...others, { name: volume, mountPath: directory }]);
  return withEnv(mounted, [{ name: 'SSL_CERT_DIR', value: directory }]);
}

/** In place of the one of that name, which server-side apply allows once. */
function withItem(items: readonly JsonObject[], item: JsonObject): readonly JsonObject[] {
  return [...items.filter((other) => nameOf(other) !== nameOf(item)), item];
}
