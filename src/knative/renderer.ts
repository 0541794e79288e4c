import type { CommonSpec, KubeObject } from '../api/index.ts';
import type { Cluster } from '../clusters/index.ts';
import { contentHash, type DeliveryGate, type DeliverySet } from '../delivery/index.ts';
import { type Installation, type KnativeComponent, nameSelector } from './component.ts';
import {
  eventingAddOns,
  type InstallationManifests,
  loadManifests,
  ManifestError,
  type ManifestStore,
  servingAddOns,
} from './manifests/index.ts';
import {
  type Finding,
  hashObjects,
  type Rendered,
  renderEventing,
  type RenderInput,
  renderServing,
  withNamespaceMetadata,
} from './transforms/index.ts';
import { yieldedFields } from './yielded-fields.ts';

export interface RendererOptions {
  readonly manifests: ManifestStore;
  readonly kubernetesMinVersion?: string | undefined;
}

export interface RenderRequest {
  readonly component: KnativeComponent;
  readonly installation: Installation;
  readonly version: string;
  readonly namespace: string;
  /** Undefined where no cluster can be asked what it serves: definitions at hand then say which kinds lie in namespaces. */
  readonly cluster: Cluster | undefined;
}

export interface RenderedSet {
  readonly set: DeliverySet;
  /** For status.manifests. */
  readonly paths: readonly string[];
  readonly findings: readonly Finding[];
}

interface Remembered extends RenderedSet {
  /** The manifests it was made of; the store hands out the same objects as long as nothing changes. */
  readonly from: readonly KubeObject[];
}

/** Sets kept. Every object with the same version, namespace and spec shares one, whatever cluster it is for. */
const mostSets = 64;

/** Turns an object into the set that must be on its cluster; does so once for all objects that mean the same. */
export class Renderer {
  readonly #options: RendererOptions;
  readonly #sets = new Map<string, Remembered>();

  constructor(options: RendererOptions) {
    this.#options = options;
  }

  /** What the workloads of every set are told to ask of their cluster; undefined for what they ask by themselves. */
  get kubernetesMinVersion(): string | undefined {
    return this.#options.kubernetesMinVersion;
  }

  /** Throws ManifestError, TransformError, KubeError, or the signal's reason. */
  async render(request: RenderRequest, signal: AbortSignal): Promise<RenderedSet> {
    const manifests = await this.#load(request, signal);
    const from = [...manifests.core, ...manifests.addOns, ...manifests.additional];
    const key = setKey(request);
    const known = this.#sets.get(key);
    const rendered =
      known !== undefined && sameObjects(known.from, from)
        ? known
        : { ...(await this.#render(request, manifests, signal)), from };
    // The one that nobody has asked for longest goes first.
    this.#sets.delete(key);
    this.#sets.set(key, rendered);
    const [oldest] = this.#sets.keys();
    if (this.#sets.size > mostSets && oldest !== undefined) this.#sets.delete(oldest);
    return rendered;
  }

  async #render(
    request: RenderRequest,
    manifests: InstallationManifests,
    signal: AbortSignal,
  ): Promise<RenderedSet> {
    const { objects, findings } = await this.#transform(request, manifests, signal);
    return { set: deliverySet(request, objects), paths: manifests.paths, findings };
  }

  #load(
    { component, installation, version }: RenderRequest,
    signal: AbortSignal,
  ): Promise<InstallationManifests> {
    const { spec } = installation;
    const addOns =
      component.component === 'serving' ? servingAddOns(spec, version) : eventingAddOns(spec, version);
    return loadManifests(
      { component: component.component, spec, version, addOns },
      this.#options.manifests,
      signal,
    );
  }

  async #transform(
    { component, installation, version, namespace, cluster }: RenderRequest,
    manifests: InstallationManifests,
    signal: AbortSignal,
  ): Promise<Rendered> {
    const served = (await cluster?.client.resources({ signal })) ?? [];
    const scopes = new Map(
      served.map((resource) => [`${resource.kind}.${resource.group}`, resource.namespaced]),
    );
    const { kubernetesMinVersion } = this.#options;
    const input: RenderInput = {
      manifests,
      version,
      namespace,
      kubernetesMinVersion,
      isNamespaced: ({ group, kind }) => scopes.get(`${kind}.${group}`),
    };
    return component.component === 'serving'
      ? renderServing(installation, input)
      : renderEventing(installation, input);
  }
}

/** Which cluster it is matters only for what a user adds: a cluster may serve kinds that nothing here knows. */
function setKey({ component, installation, version, namespace, cluster }: RenderRequest): string {
  const { clusterProfileRef: _clusterProfileRef, ...spec } = installation.spec;
  const own = spec.manifests !== undefined || spec.additionalManifests !== undefined;
  return contentHash([component.component, version, namespace, spec, own ? (cluster?.id ?? '') : '']);
}

function sameObjects(a: readonly KubeObject[], b: readonly KubeObject[]): boolean {
  return a.length === b.length && a.every((object, index) => object === b[index]);
}

function deliverySet(
  { component, installation, namespace }: RenderRequest,
  objects: readonly KubeObject[],
): DeliverySet {
  const isNamespace = (object: KubeObject): boolean =>
    object.kind === 'Namespace' && object.apiVersion === 'v1';
  const placed = objects.find((object) => isNamespace(object) && object.metadata.name === namespace);
  const bare = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } };
  const gated = component.component === 'serving' ? objects.filter(isInternalCertificate) : [];
  return {
    namespace: {
      // A spec with manifests of its own may leave the Namespace out, and still says something about it.
      object: placed ?? withNamespaceMetadata(bare, installation.spec),
      kept: keptNamespace(namespace, installation.spec),
    },
    objects: objects.filter((object) => !isNamespace(object) && !gated.includes(object)),
    hash: hashObjects(objects),
    selector: nameSelector(component),
    gate: component.component === 'serving' ? webhookGate(objects, gated) : undefined,
    yielded: yieldedFields(component),
  };
}

/**
 * `spec.namespace` goes for every namespace. Everything else goes only for one that is created for the installation:
 * so the documentation of the reference operator says of `spec.namespaceConfiguration`, which is there in no code of it.
 */
function keptNamespace(name: string, { namespace: wanted }: CommonSpec): KubeObject | undefined {
  if (wanted?.labels === undefined && wanted?.annotations === undefined) return undefined;
  const { labels, annotations } = wanted;
  return {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: {
      name,
      ...(labels === undefined ? {} : { labels }),
      ...(annotations === undefined ? {} : { annotations }),
    },
  };
}

/**
 * Knative's own Certificates must come after the webhook that judges them is available, or its API server would call a
 * webhook that nobody serves (knative/operator#2179).
 */
function webhookGate(objects: readonly KubeObject[], gated: readonly KubeObject[]): DeliveryGate {
  const workload = 'webhook';
  const exists = objects.some((object) => object.kind === 'Deployment' && object.metadata.name === workload);
  if (!exists) throw new ManifestError('webhook deployment not found in manifest');
  return { workload, objects: gated };
}

function isInternalCertificate({ apiVersion, kind }: KubeObject): boolean {
  return kind === 'Certificate' && apiVersion.startsWith('networking.internal.knative.dev/');
}
