import { type GroupVersionKind, groupVersionKind, type KnativeServingSpec } from '../api/index.ts';
import { type KubeClient, NoMatchError } from '../kube/index.ts';
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

/** The cluster lacks kinds that an installation needs. */
export class PrerequisitesMissing extends Error {
  override readonly name = 'PrerequisitesMissing';
  /** Kinds that are not served, as `Gateway.networking.istio.io`; the first of each provider. Never empty. */
  readonly kinds: readonly string[];

  constructor(kinds: readonly string[], options?: ErrorOptions) {
    super(`not served: ${kinds.join(', ')}`, options);
    this.kinds = kinds;
  }
}

/**
 * Kinds that the cluster must serve before anything of the set is applied: those of its objects that it does not define
 * itself, and those that its controllers watch.
 */
export function neededKinds(pass: Pick<Pass, 'installation' | 'set'>): readonly GroupVersionKind[] {
  const objects = [...(pass.set?.objects ?? []), ...(pass.set?.gate?.objects ?? [])];
  const defined = new Set(
    objects.flatMap(({ kind, ...definition }) => {
      if (kind !== 'CustomResourceDefinition') return [];
      const { group, names } = definition['spec'] as DefinitionSpec;
      return [`${names.kind}.${group}`];
    }),
  );
  const ofObjects = objects.map(groupVersionKind).filter((kind) => !defined.has(nameOf(kind)));
  const watched = ingressOf(pass)?.['gateway-api']?.enabled === true ? gatewayKinds : [];
  const once = new Map([...ofObjects, ...watched].map((kind) => [`${kind.version} ${nameOf(kind)}`, kind]));
  return [...once.values()];
}

/** Manifests are read with nothing less in them. */
interface DefinitionSpec {
  readonly group: string;
  readonly names: { readonly kind: string };
}

/** Asks the cluster only where it is not known already what it serves. Throws PrerequisitesMissing, KubeErrors. */
export async function mustServe(
  kinds: readonly GroupVersionKind[],
  client: Pick<KubeClient, 'resourceFor'>,
  signal: AbortSignal,
): Promise<void> {
  const missing = new Map<string, NoMatchError>();
  for (const kind of kinds) {
    try {
      await client.resourceFor(kind, { signal });
    } catch (error) {
      if (!(error instanceof NoMatchError)) throw error;
      const provider = providerOf(nameOf(kind));
      if (!missing.has(provider)) missing.set(provider, error);
    }
  }
  const [first] = missing.values();
  if (first === undefined) return;
  throw new PrerequisitesMissing(
    [...missing.values()].map(({ context }) => context.resource),
    { cause: first },
  );
}

/** What must be installed on the cluster before the installation can go on. */
export function prerequisitesMissing(
  kinds: readonly string[],
  pass: Pick<Pass, 'component' | 'installation' | 'cluster'>,
): string {
  const where = `cluster "${pass.cluster?.name ?? ''}" does not serve ${kinds.join(' and ')}`;
  const wanted = kinds.map(providerOf);
  const ingress = ingressOf(pass);
  const istioInEffect =
    pass.component.kind === 'KnativeServing' && (ingress?.istio?.enabled ?? ingress === undefined);
  if (!istioInEffect || !wanted.includes('Istio'))
    return `${where}. Install ${wanted.join(' and ')} there; it continues by itself.`;
  const others = wanted.filter((provider) => provider !== 'Istio');
  const also = others.length === 0 ? 'It' : `Install ${others.join(' and ')} there too; it`;
  return `please install istio or disable the istio ingress plugin: ${where}. ${also} continues by itself.`;
}

/** For a kind as `Gateway.networking.istio.io`. */
function providerOf(kind: string): string {
  return providers[kind.slice(kind.indexOf('.') + 1)] ?? `the CustomResourceDefinition of ${kind}`;
}

function nameOf({ group, kind }: GroupVersionKind): string {
  return `${kind}.${group}`;
}

/** An Eventing has none. */
function ingressOf({ installation }: Pick<Pass, 'installation'>): KnativeServingSpec['ingress'] {
  return (installation.spec as KnativeServingSpec).ingress;
}
