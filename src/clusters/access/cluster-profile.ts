import * as z from 'zod';
import { describeIssue, issueMessage, kubeconfigClusterSchema } from '../../kube/index.ts';
import { AccessError } from './access-error.ts';
import { clusterProfileSchema, type RawProvider } from './cluster-profile-schema.ts';

/** What consumers need of a ClusterProfile, v1alpha1 or v1alpha2. Plain data; nothing in it was checked for use yet. */
export interface ClusterProfile {
  /** `namespace/name`. */
  readonly key: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly generation: number | undefined;
  /** RFC 3339. */
  readonly creationTimestamp: string | undefined;
  readonly deleting: boolean;
  readonly manager: string | undefined;
  readonly displayName: string | undefined;
  /** The member behind it: profiles of one namespace with equal ids mean one cluster. Never empty. */
  readonly memberId: string | undefined;
  readonly clusterSet: string | undefined;
  /** It takes workloads of the hub. */
  readonly isMember: boolean;
  /** They are to be moved away from it. */
  readonly isDrained: boolean;
  readonly kubernetesVersion: string | undefined;
  readonly properties: ReadonlyMap<string, string>;
  readonly conditions: ReadonlyMap<string, ProfileCondition>;
  /** By name; their order means nothing. */
  readonly providers: ReadonlyMap<string, OfferedProvider>;
  /** What is odd about the profile, one sentence each; it stops nothing. */
  readonly warnings: readonly string[];
}

export interface ProfileCondition {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string | undefined;
  readonly message: string | undefined;
  /** RFC 3339. */
  readonly lastTransitionTime: string | undefined;
}

export interface OfferedProvider {
  readonly name: string;
  /** Absent where `problem` says why this provider cannot be used. */
  readonly cluster: OfferedCluster | undefined;
  readonly problem: string | undefined;
}

/** The kubeconfig Cluster that a provider offers. */
export interface OfferedCluster {
  /** Absent as long as the manager has not filled it in. */
  readonly server: string | undefined;
  readonly tlsServerName: string | undefined;
  readonly insecureSkipTlsVerify: boolean;
  /** Base64 as on the wire. */
  readonly certificateAuthorityData: string | undefined;
  /** A path on the manager's disk: never read, only told of. */
  readonly certificateAuthorityFile: string | undefined;
  readonly proxyUrl: string | undefined;
  readonly disableCompression: boolean;
  readonly extensions: ReadonlyMap<string, unknown>;
}

const mostProviders = 64;
const mostExtensions = 64;
const largestExtension = 64 << 10;

/**
 * Reads a ClusterProfile liberally: null, absent and empty are the same, unknown fields are left alone, and a provider
 * that makes no sense spoils only itself. Providers of the deprecated `credentialProviders` count, whole, unless
 * `accessProviders` has one of the same name. Throws AccessError of kind ConfigInvalid where it is no ClusterProfile.
 */
export function readClusterProfile(object: unknown): ClusterProfile {
  const result = clusterProfileSchema.safeParse(object, { error: issueMessage });
  if (!result.success) {
    const problem = result.error.issues.slice(0, 3).map(describeIssue).join('; ');
    throw new AccessError('ConfigInvalid', `cannot read ClusterProfile${nameForMessage(object)}: ${problem}`);
  }
  const { metadata, spec, status } = result.data;
  const { labels, annotations } = metadata;
  const accessProviders = status?.accessProviders ?? [];
  const credentialProviders = status?.credentialProviders ?? [];
  return {
    key: `${metadata.namespace}/${metadata.name}`,
    namespace: metadata.namespace,
    name: metadata.name,
    uid: metadata.uid ?? '',
    resourceVersion: metadata.resourceVersion ?? '',
    generation: metadata.generation ?? undefined,
    creationTimestamp: metadata.creationTimestamp,
    deleting: metadata.deletionTimestamp !== undefined,
    manager: spec?.clusterManager?.name,
    displayName: spec?.displayName,
    memberId: labels['multicluster.x-k8s.io/inventory-member-id'] || undefined,
    clusterSet:
      labels['multicluster.x-k8s.io/clusterset'] || labels['clusterset.multicluster.x-k8s.io'] || undefined,
    isMember: labels['wheelwright.dev/member'] === 'true',
    isDrained: annotations['wheelwright.dev/drain'] === 'true',
    kubernetesVersion: status?.version?.kubernetes,
    properties: new Map(status?.properties.map(({ name, value }) => [name, value])),
    conditions: new Map(
      status?.conditions.map(({ type, status: value, reason, message, lastTransitionTime }) => [
        type,
        { type, status: value, reason, message, lastTransitionTime },
      ]),
    ),
    providers: mergeProviders(credentialProviders, accessProviders),
    warnings: [
      ...(credentialProviders.length > 0
        ? ['status.credentialProviders is deprecated; the cluster manager must write status.accessProviders']
        : []),
      ...(accessProviders.length > mostProviders || credentialProviders.length > mostProviders
        ? [`only the first ${mostProviders} access providers are looked at`]
        : []),
      ...([...accessProviders, ...credentialProviders].some(({ name }) => name === undefined)
        ? ['an access provider has no name and is passed over']
        : []),
    ],
  };
}

/** An element wins or loses as a whole; fields are never merged. */
function mergeProviders(
  credentialProviders: readonly RawProvider[],
  accessProviders: readonly RawProvider[],
): ReadonlyMap<string, OfferedProvider> {
  const merged = new Map<string, OfferedProvider>();
  for (const list of [credentialProviders, accessProviders]) {
    for (const { name, cluster } of list.slice(0, mostProviders))
      if (name !== undefined) merged.set(name, readProvider(name, cluster));
  }
  return merged;
}

function readProvider(name: string, cluster: unknown): OfferedProvider {
  const result = kubeconfigClusterSchema.safeParse(cluster ?? {}, { error: issueMessage });
  if (!result.success) return unusable(name, result.error.issues.slice(0, 1).map(describeIssue).join());
  const { data } = result;
  const problem = extensionProblem(data.extensions);
  if (problem !== undefined) return unusable(name, problem);
  return {
    name,
    problem: undefined,
    cluster: {
      server: data.server,
      tlsServerName: data['tls-server-name'],
      insecureSkipTlsVerify: data['insecure-skip-tls-verify'],
      certificateAuthorityData: data['certificate-authority-data'],
      certificateAuthorityFile: data['certificate-authority'],
      proxyUrl: data['proxy-url'],
      disableCompression: data['disable-compression'],
      extensions: new Map(data.extensions.map(({ name: key, extension }) => [key, extension])),
    },
  };
}

function unusable(name: string, problem: string): OfferedProvider {
  return { name, cluster: undefined, problem };
}

function extensionProblem(
  extensions: readonly { readonly name: string; readonly extension?: unknown }[],
): string | undefined {
  if (extensions.length > mostExtensions) return `extensions must not be more than ${mostExtensions}`;
  const names = new Set<string>();
  for (const { name, extension } of extensions) {
    if (names.has(name)) return `extensions must have unique names, and '${name}' is there twice`;
    names.add(name);
    if (JSON.stringify(extension ?? null).length > largestExtension)
      return `extension '${name}' must not be larger than 64 KiB`;
  }
  return undefined;
}

function nameForMessage(object: unknown): string {
  const named = z
    .object({ metadata: z.object({ namespace: z.string(), name: z.string() }) })
    .safeParse(object);
  return named.success ? ` ${named.data.metadata.namespace}/${named.data.metadata.name}` : '';
}
