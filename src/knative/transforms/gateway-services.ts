import { isRecord, type KnativeServingSpec, type KubeObject } from '../../api/index.ts';
import { readYaml, settingLimits } from '../manifests/index.ts';
import { gatewayOverride } from './istio-gateways.ts';
import { isKind, objectName } from './object-kinds.ts';
import { remove, set } from './path-copy.ts';
import type { Transform, TransformContext } from './transform.ts';

const localGateway = 'knative-local-gateway';
const istioNamespace = 'istio-system';

/** The Services in front of the Istio gateways. The local one lies beside Istio, so the installation cannot own it. */
export const gatewayServices: Transform<KnativeServingSpec> = (object, context) => {
  const name = objectName(object);
  if (!isKind(object, '', 'Service') || ![localGateway, 'knative-ingress-gateway'].includes(name))
    return object;
  const placed = name === localGateway ? besideIstio(object, context) : object;
  const { selector = {} } = gatewayOverride(name, context.spec) ?? {};
  return Object.keys(selector).length === 0 ? placed : set(placed, ['spec', 'selector'], selector);
};

function besideIstio(
  service: KubeObject,
  { spec, namespace }: TransformContext<KnativeServingSpec>,
): KubeObject {
  const { config = {} } = spec;
  const istio = ['config-istio', 'istio']
    .filter((key) => Object.hasOwn(config, key))
    .map((key) => config[key] ?? {});
  const found = istio.map((data) => namespaceIn(data, namespace)).find((each) => each !== undefined);
  return remove(set(service, ['metadata', 'namespace'], found ?? istioNamespace), [
    'metadata',
    'ownerReferences',
  ]);
}

/** From the list `local-gateways`, or from the host name under the key that older releases read. */
function namespaceIn(data: Readonly<Record<string, string>>, namespace: string): string | undefined {
  const listed = gatewaysIn(data['local-gateways'] ?? '').find((gateway) => gateway['name'] === localGateway);
  const host = data[`local-gateway.${namespace}.${localGateway}`];
  return [listed?.['namespace'], host?.split('.')[1]].find(isNamespaceName);
}

/** A label of RFC 1123: no namespace can have another name. */
function isNamespaceName(name: unknown): name is string {
  return typeof name === 'string' && /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/.test(name);
}

/** A list that cannot be read is Istio's business; the Service then stays where it usually is. */
function gatewaysIn(text: string): readonly Readonly<Record<string, unknown>>[] {
  try {
    const list = text === '' ? [] : readYaml(text, settingLimits);
    return Array.isArray(list) ? list.filter(isRecord) : [];
  } catch {
    return [];
  }
}
