import { engineReasons } from './engine-reasons.ts';
import { scalingReasons } from './scaling-reasons.ts';

/**
 * The one list of reasons behind conditions, events and findings. A reason is API: entries are added, never renamed,
 * and a code is for ever. WW1xxx hub and installation, WW2xxx access to clusters, WW3xxx Knative delivery,
 * WW4xxx scaling, WW5xxx command line, WW9xxx defects of this program.
 */
export interface Reason {
  readonly code: `WW${number}`;
  /** `error` needs a person, `warning` may, `info` is news. */
  readonly level: 'error' | 'warning' | 'info';
  readonly meaning: string;
  readonly fix: string;
}

export const reasons = {
  AccessProviderNotConfigured: {
    code: 'WW1106',
    level: 'error',
    meaning:
      'The operator runs without --clusterprofile-provider-file, so it cannot get credentials for any ClusterProfile.',
    fix: 'Start the operator with --clusterprofile-provider-file (chart: multicluster.enabled and accessProvidersConfig).',
  },
  ProviderFileInvalid: {
    code: 'WW1107',
    level: 'warning',
    meaning:
      'The access provider file changed to something that cannot be used; the last good one stays in force.',
    fix: 'Mend the file; it is read again as soon as it changes.',
  },
  ClusterProfileNotFound: {
    code: 'WW2001',
    level: 'error',
    meaning: 'The ClusterProfile that spec.clusterProfileRef names does not exist.',
    fix: 'Create it, or change spec.clusterProfileRef. It is picked up at once.',
  },
  ClusterProfileNotReady: {
    code: 'WW2002',
    level: 'error',
    meaning: 'The cluster manager reports that the cluster is not healthy or has not joined.',
    fix: 'Look at the conditions of the ClusterProfile. Work goes on as soon as ControlPlaneHealthy is True.',
  },
  MulticlusterDisabled: {
    code: 'WW2003',
    level: 'error',
    meaning:
      'None of the access providers that the ClusterProfile offers is configured in the provider file.',
    fix: 'Add a matching provider to the provider file.',
  },
  AccessProviderFailed: {
    code: 'WW2004',
    level: 'error',
    meaning: 'The access provider gave no usable credential or connection data for the cluster.',
    fix: 'The message says which step failed. Mend the plugin, its Secret or the ClusterProfile.',
  },
  CredentialExpiring: {
    code: 'WW2005',
    level: 'warning',
    meaning: 'The credential for a cluster ends soon and its provider has not renewed it.',
    fix: 'Renew the credential at its source.',
  },
  RemoteClientCreationFailed: {
    code: 'WW2007',
    level: 'error',
    meaning: 'The cluster could not be reached with the connection data and credential at hand.',
    fix: 'The message names the cause: address, network, TLS, or rights.',
  },
  ClusterProfileUnavailable: {
    code: 'WW2017',
    level: 'error',
    meaning:
      'ClusterProfiles cannot be read: the API is not served on the hub, not allowed, or not yet synchronised.',
    fix: 'Install the Cluster Inventory API, or grant get, list and watch on clusterprofiles.',
  },
  RemoteClusterStale: {
    code: 'WW2018',
    level: 'warning',
    meaning: 'The connection to the cluster was lost or replaced during the work.',
    fix: 'Nothing: the next pass connects again.',
  },
  ClusterProviderClosed: {
    code: 'WW2019',
    level: 'info',
    meaning: 'The operator is shutting down.',
    fix: 'Nothing: the next leader continues.',
  },
  VersionUnavailable: {
    code: 'WW3001',
    level: 'error',
    meaning: 'The wanted version is not among the manifests at hand.',
    fix: 'Choose an available version, or add its manifests.',
  },
  VersionIneligible: {
    code: 'WW3002',
    level: 'error',
    meaning: 'Knative moves by one minor version at a time.',
    fix: 'Set spec.version to the next minor version first.',
  },
  PrerequisiteMissing: {
    code: 'WW3003',
    level: 'error',
    meaning: 'The cluster does not serve a kind that the chosen ingress or source needs.',
    fix: 'Install what the message names on that cluster. Work goes on by itself.',
  },
  NotReady: {
    code: 'WW3004',
    level: 'warning',
    meaning: 'Workloads are still rolling out, or cannot.',
    fix: 'The message names them and why.',
  },
  InstallFailed: {
    code: 'WW3005',
    level: 'error',
    meaning: 'An object could not be applied.',
    fix: 'The message names the object and the answer of the API server.',
  },
  DriftMended: {
    code: 'WW3006',
    level: 'warning',
    meaning: 'Objects on the cluster were changed or deleted by someone else and were restored.',
    fix: 'Change the custom resource on the hub instead.',
  },
  ForeignFieldLeft: {
    code: 'WW3007',
    level: 'warning',
    meaning: 'Somebody changes the same field again and again.',
    fix: 'Stop the other writer that the message names.',
  },
  TargetConflict: {
    code: 'WW3008',
    level: 'error',
    meaning: 'Another object already manages the same Knative component on the same cluster.',
    fix: 'Delete one of the two; the other one is left alone.',
  },
  FinalizeBlocked: {
    code: 'WW3009',
    level: 'error',
    meaning: 'The object is being deleted, but its cluster cannot be cleaned now.',
    fix: 'Restore access to the cluster, or give up what is there with the annotation operator.knative.dev/deletion-policy: orphan.',
  },
  FieldNotImplemented: {
    code: 'WW3010',
    level: 'warning',
    meaning: 'The spec uses a field that this release accepts but does not act on.',
    fix: 'Remove the field, or use a release that implements it.',
  },
  SpecInvalid: {
    code: 'WW3011',
    level: 'error',
    meaning: 'The spec contradicts itself or names something that does not exist.',
    fix: 'The message names the field and what is allowed.',
  },
  ConfigUnknown: {
    code: 'WW3012',
    level: 'warning',
    meaning: 'spec.config names a ConfigMap that this release does not have.',
    fix: 'Correct the name or remove the entry.',
  },
  OverrideUnmatched: {
    code: 'WW3015',
    level: 'warning',
    meaning: 'An override of the spec names an object or a container that the installation does not have.',
    fix: 'Correct the name or remove the entry.',
  },
  NamespaceIgnored: {
    code: 'WW3016',
    level: 'warning',
    meaning: 'spec.additionalManifests has a Namespace other than the one that is installed into.',
    fix: 'Remove it from the manifests.',
  },
  AddOnUnmaintained: {
    code: 'WW3017',
    level: 'warning',
    meaning: 'An add-on is no longer maintained by its project.',
    fix: 'Plan for going without it.',
  },
  DriftReported: {
    code: 'WW3018',
    level: 'warning',
    meaning:
      'Objects on the cluster were changed or deleted by someone else, and are left so because the annotation operator.knative.dev/drift-policy is report.',
    fix: 'Remove the annotation, and they are mended; or change the custom resource on the hub to what is wanted.',
  },
  AnnotationUnknown: {
    code: 'WW3019',
    level: 'warning',
    meaning: 'An annotation of the object has a value that means nothing, so that its default holds.',
    fix: 'The message names the annotation and its values.',
  },
  ClusterTooOld: {
    code: 'WW3020',
    level: 'warning',
    meaning: 'The cluster runs an older Kubernetes than the wanted version of Knative is made for.',
    fix: 'Upgrade the cluster, choose an older version of Knative, or set KUBERNETES_MIN_VERSION on the operator.',
  },
  ForeignAnchor: {
    code: 'WW3013',
    level: 'error',
    meaning: 'The anchor on the cluster belongs to an object of another hub.',
    fix: 'Remove Knative from the other hub first.',
  },
  InstallationOrphaned: {
    code: 'WW3014',
    level: 'warning',
    meaning: 'The object was deleted with deletion-policy orphan; what it installed stays on its cluster.',
    fix: 'Nothing, or clean the cluster by hand: the anchor ConfigMap lists every object.',
  },
  ...scalingReasons,
  ...engineReasons,
  InternalError: {
    code: 'WW9001',
    level: 'error',
    meaning: 'A defect of this program.',
    fix: 'Report it with the log lines of this object.',
  },
} as const satisfies Record<string, Reason>;

export type ReasonName = keyof typeof reasons;
