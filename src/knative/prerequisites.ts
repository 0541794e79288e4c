import type { GroupVersionKind, KnativeServingSpec } from '../api/index.ts';
import type { NoMatchError } from '../kube/index.ts';
import type { Pass } from './pass.ts';

/** What serves the kinds that Knative's own manifests need and do not define, by API group. */
const providers: Readonly<Record<string, string>> = {
  'networking.istio.io': 'Istio',
  'security.istio.io': 'Istio',
  'gateway.networking.k8s.io': 'the Gateway API CRDs',
  'projectcontour.io': 'Contour',
  'cert-manager.io': 'cert-manager',
  'trust.cert-manager.io': 'trust-manager',
  'rabbitmq.com': 'the RabbitMQ cluster operator',
};

const gatewayKinds: readonly GroupVersionKind[] = ['Gateway', 'HTTPRoute'].map((kind) => ({
  group: 'gateway.networking.k8s.io',
  version: 'v1',
  kind,
}));

/** Kinds that the controllers of an installation watch, and of which it brings neither definitions nor objects. */
export function neededKinds(pass: Pass): readonly GroupVersionKind[] {
  return ingressOf(pass)?.['gateway-api']?.enabled === true ? gatewayKinds : [];
}

/** What must be installed on the cluster before the installation can go on. */
export function prerequisiteMissing(error: NoMatchError, pass: Pass): string {
  const kind = error.context.resource;
  const group = kind.slice(kind.indexOf('.') + 1);
  const provider = providers[group] ?? `the CustomResourceDefinition of ${kind}`;
  const where = `cluster "${pass.cluster?.name ?? ''}" does not serve ${kind}`;
  const ingress = ingressOf(pass);
  const istioInEffect =
    pass.component.kind === 'KnativeServing' && (ingress?.istio?.enabled ?? ingress === undefined);
  if (provider === 'Istio' && istioInEffect) {
    return `please install istio or disable the istio ingress plugin: ${where}. It continues by itself.`;
  }
  return `${where}. Install ${provider} there; it continues by itself.`;
}

/** An Eventing has none. */
function ingressOf({ installation }: Pick<Pass, 'installation'>): KnativeServingSpec['ingress'] {
  return (installation.spec as KnativeServingSpec).ingress;
}
