import type { KnativeServingSpec, KubeObject } from '../../api/index.ts';
import { nameOf, podSpec, updateContainers } from './containers.ts';
import { isKind, objectName } from './object-kinds.ts';
import { set, update, updateItems, valueAt } from './path-copy.ts';
import type { Transform } from './transform.ts';
import { TransformError } from './transform-error.ts';

type Kourier = NonNullable<NonNullable<KnativeServingSpec['ingress']>['kourier']>;

const bootstrap = 'kourier-bootstrap';

/** `spec.ingress.kourier`, while it is enabled. */
export const kourier: Transform<KnativeServingSpec> = (object, { spec, namespace }) => {
  const wanted = spec.ingress?.kourier;
  if (wanted?.enabled !== true) return object;
  const name = objectName(object);
  if (isKind(object, 'apps', 'Deployment')) {
    if (name === '3scale-kourier-gateway') return withBootstrap(object, wanted);
    return controllers.has(name) ? withGatewayNamespace(object, namespace) : object;
  }
  if (isKind(object, '', 'Service') && name === 'kourier') return withServiceType(object, wanted);
  return isKind(object, '', 'ConfigMap') && name === bootstrap ? withHosts(object, namespace) : object;
};

/** The first is the name that old releases had for the second. */
const controllers = new Set(['3scale-kourier-control', 'net-kourier-controller']);

function withGatewayNamespace(deployment: KubeObject, namespace: string): KubeObject {
  return updateContainers(deployment, (container) =>
    updateItems(container, ['env'], (variable) =>
      nameOf(variable) === 'KOURIER_GATEWAY_NAMESPACE'
        ? { name: variable['name'], value: namespace }
        : variable,
    ),
  );
}

/** The bootstrap configuration of Envoy names the controller by a host name with the usual namespace. */
function withHosts(configMap: KubeObject, namespace: string): KubeObject {
  return update(configMap, ['data', 'envoy-bootstrap.yaml'], (text) =>
    typeof text === 'string' ? text.replaceAll('knative-serving', () => namespace) : text,
  );
}

function withBootstrap(deployment: KubeObject, { 'bootstrap-configmap': name = '' }: Kourier): KubeObject {
  if (name === '') return deployment;
  return updateItems(deployment, [...podSpec, 'volumes'], (volume) =>
    valueAt(volume, ['configMap', 'name']) === bootstrap ? set(volume, ['configMap'], { name }) : volume,
  );
}

function withServiceType(service: KubeObject, wanted: Kourier): KubeObject {
  const { 'service-type': type = '', 'service-load-balancer-ip': address = '' } = wanted;
  refuseType(type);
  const typed = type === '' ? service : set(service, ['spec', 'type'], type);
  const served = valueAt(typed, ['spec', 'type']);
  const effective = typeof served === 'string' ? served : 'ClusterIP';
  if (address !== '' && effective !== 'LoadBalancer') {
    throw new TransformError(`cannot configure LoadBalancerIP for service type "${effective}"`);
  }
  const addressed = address === '' ? typed : set(typed, ['spec', 'loadBalancerIP'], address);
  return withNodePorts(addressed, wanted, effective);
}

function refuseType(type: string): void {
  if (['', 'ClusterIP', 'LoadBalancer', 'NodePort'].includes(type)) return;
  throw new TransformError(`${type === 'ExternalName' ? 'unsupported' : 'unknown'} service type "${type}"`);
}

function withNodePorts(service: KubeObject, wanted: Kourier, type: string): KubeObject {
  const { 'http-port': http = 0, 'https-port': https = 0 } = wanted;
  if (http <= 0 && https <= 0) return service;
  if (type !== 'NodePort') {
    throw new TransformError(`cannot configure HTTP(S)Port for service type "${type}"`);
  }
  return updateItems(service, ['spec', 'ports'], (port) => {
    const nodePort = port['name'] === 'https' ? https : http;
    return nodePort > 0 ? set(port, ['nodePort'], nodePort) : port;
  });
}
