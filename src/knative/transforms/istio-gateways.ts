import type { DeepReadonly, KnativeServingSpec } from '../../api/index.ts';
import { isKind, objectName } from './object-kinds.ts';
import { type JsonObject, remove, set } from './path-copy.ts';
import type { Transform } from './transform.ts';
import { TransformError } from './transform-error.ts';

type Istio = NonNullable<NonNullable<KnativeServingSpec['ingress']>['istio']>;
export type GatewayOverride = NonNullable<Istio['knative-local-gateway']>;
type Server = NonNullable<GatewayOverride['servers']>[number];
type Tls = NonNullable<DeepReadonly<Server>['tls']>;

/** Changes to the Istio Gateways, while Istio is enabled. */
export const istioGateways: Transform<KnativeServingSpec> = (object, { spec }) => {
  if (spec.ingress?.istio?.enabled !== true) return object;
  if (!isKind(object, 'networking.istio.io', 'Gateway')) return object;
  const override = gatewayOverride(objectName(object), spec);
  if (override === undefined) return object;
  const { selector = {}, servers = [] } = override;
  const selected = Object.keys(selector).length === 0 ? object : set(object, ['spec', 'selector'], selector);
  return servers.length === 0
    ? selected
    : set(
        selected,
        ['spec', 'servers'],
        servers.map((server) => istioServer(server, objectName(object))),
      );
};

/** What a spec says about a gateway by its name, the third being what old releases called the second. */
export function gatewayOverride(name: string, { ingress }: KnativeServingSpec): GatewayOverride | undefined {
  switch (name) {
    case 'knative-ingress-gateway':
      return ingress?.istio?.['knative-ingress-gateway'];
    case 'knative-local-gateway':
    case 'cluster-local-gateway':
      return ingress?.istio?.['knative-local-gateway'];
    default:
      return undefined;
  }
}

/** The custom resource spells some fields otherwise than Istio does. */
function istioServer({ port, tls, ...server }: Server, gateway: string): JsonObject {
  return {
    ...server,
    ...(port === undefined ? {} : { port: istioPort(port) }),
    ...(tls === undefined ? {} : { tls: istioTls(tls, gateway) }),
  };
}

function istioPort({ target_port: targetPort, ...port }: NonNullable<Server['port']>): JsonObject {
  return targetPort === undefined ? port : { ...port, targetPort };
}

const tlsModes = ['PASSTHROUGH', 'SIMPLE', 'MUTUAL', 'AUTO_PASSTHROUGH', 'ISTIO_MUTUAL'];

/** Names of the numbers in Istio's ServerTLSSettings.TLSProtocol. */
const tlsVersions = ['TLS_AUTO', 'TLSV1_0', 'TLSV1_1', 'TLSV1_2', 'TLSV1_3'];

function istioTls(tls: Tls, gateway: string): JsonObject {
  const mode: string = tls.mode ?? '';
  if (mode !== '' && !tlsModes.includes(mode)) {
    throw new TransformError(
      `failed to convert servers override for gateway "${gateway}": unknown TLS mode "${mode}": must be one of ${tlsModes.join(', ')}`,
    );
  }
  const named = ['minProtocolVersion', 'maxProtocolVersion'] as const;
  const versions = named.map((field) => [field, tlsVersion(tls[field], field, gateway)] as const);
  return versions.reduce<JsonObject>(
    (at, [field, version]) => (version === undefined ? remove(at, [field]) : set(at, [field], version)),
    mode === '' ? remove(tls, ['mode']) : tls,
  );
}

function tlsVersion(number: number | undefined, field: string, gateway: string): string | undefined {
  if (number === undefined) return undefined;
  const name = tlsVersions[number];
  if (name !== undefined) return name;
  throw new TransformError(
    `failed to convert servers override for gateway "${gateway}": ${field} must be 0 to 4, not ${number}`,
  );
}
