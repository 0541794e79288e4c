import * as z from 'zod';
import { type BindAddress, parseBindAddress } from '../controller/index.ts';
import { parseServerAddress } from '../kube/index.ts';
import { accessFlags, readSpokeAccess, type SpokeAccess } from './access-flags.ts';
import { parseGoDuration } from '../api/index.ts';
import {
  type FlagReader,
  flagReader,
  type FlagSources,
  type OperatorFlag,
  OptionError,
} from './flag-reader.ts';
import { optionalSwitch } from './optional-switch.ts';
import type { TracingSettings } from './tracing/open-tracing.ts';

/** What one run of the operator is to do; every value checked. */
export interface OperatorOptions extends SpokeAccess {
  readonly kubeconfig: string | undefined;
  readonly context: string | undefined;
  readonly server: string | undefined;
  /** Where Leases live, and what a profile means that names no namespace of a Secret. */
  readonly systemNamespace: string | undefined;
  readonly providerFile: string | undefined;
  /** The address of the cluster that this process runs in, if any. */
  readonly serviceHost: string | undefined;
  /** Milliseconds. */
  readonly pollIntervalMs: number;
  readonly manifestsDirectory: string | undefined;
  readonly cacheDirectory: string;
  readonly download: boolean;
  readonly spokeNamespace: 'same' | 'canonical';
  readonly kubernetesMinVersion: string | undefined;
  readonly scaling: ScalingOptions;
  readonly leaderElection: boolean;
  readonly buckets: number;
  readonly workers: number;
  readonly hubLimits: {
    readonly requestsPerSecond: number;
    readonly burst: number;
    readonly inFlight: number;
  };
  readonly spokeLimits: {
    readonly requestsPerSecond: number;
    readonly burst: number;
    readonly inFlight: number;
  };
  readonly metricsAddress: BindAddress | undefined;
  readonly healthAddress: BindAddress | undefined;
  /** Undefined: nothing is traced. */
  readonly tracing: TracingSettings | undefined;
  readonly logLevel: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal';
  readonly identity: string;
  /** What was set and is left out of account, with the reason; no values. */
  readonly warnings: readonly string[];
}

/** Names of files with PEM. */
export interface ExternalScalerTls {
  readonly certificate: string;
  readonly key: string;
  /** Undefined: everybody may ask. */
  readonly clientAuthorities: string | undefined;
}

/** What there is beside Knative: members, and workloads that are spread over them. */
export interface ScalingOptions {
  readonly distributedScaledObjects: boolean;
  readonly distributedScaledJobs: boolean;
  readonly engine: 'auto' | 'keda' | 'builtin';
  /** Where mounted kubeconfig files are; each context of each is a member. */
  readonly kubeconfigDirectory: string | undefined;
  /** What the hub is called as a member; undefined: it is none. */
  readonly hubMember: string | undefined;
  readonly externalScalerAddress: BindAddress | undefined;
  /** Undefined: it speaks clear text. */
  readonly externalScalerTls: ExternalScalerTls | undefined;
  /** Whether triggers may ask servers on this machine. */
  readonly allowsLoopbackTriggers: boolean;
}

export const operatorFlags: readonly OperatorFlag[] = [
  {
    name: 'kubeconfig',
    value: 'FILE',
    env: 'KUBECONFIG',
    help: 'kubeconfig of the hub; inside a cluster its service account is the default',
  },
  { name: 'context', value: 'NAME', help: 'context of the kubeconfig' },
  { name: 'server', value: 'URL', help: 'address of the hub, in place of the one in the kubeconfig' },
  {
    name: 'namespace',
    value: 'NAME',
    env: 'SYSTEM_NAMESPACE',
    help: 'namespace of the Leases; default: the namespace of the pod or of the context',
  },
  {
    name: 'clusterprofile-provider-file',
    value: 'FILE',
    help: 'access providers for ClusterProfiles (JSON); without it no clusterProfileRef can be resolved',
  },
  ...accessFlags,
  {
    name: 'remote-deployments-poll-interval',
    value: 'DURATION',
    default: '10s',
    help: 'longest wait before workloads that are not ready are looked at again; under 1s the default holds',
  },
  {
    name: 'manifests-dir',
    value: 'DIR',
    env: 'KO_DATA_PATH',
    help: 'Knative releases, laid out like the data directory of knative/operator',
  },
  { name: 'cache-dir', value: 'DIR', help: 'where downloaded releases are kept' },
  {
    name: 'download-manifests',
    value: 'BOOL',
    default: 'true',
    help: 'download releases that are not in --manifests-dir',
  },
  {
    name: 'spoke-namespace',
    value: 'RULE',
    default: 'same',
    help: "'same' installs into the namespace that the object has on the hub, 'canonical' into knative-serving and knative-eventing",
  },
  {
    name: 'kubernetes-min-version',
    value: 'VERSION',
    env: 'KUBERNETES_MIN_VERSION',
    help: 'oldest Kubernetes version that Knative shall accept',
  },
  {
    name: 'enable-dso',
    value: 'BOOL',
    default: 'false',
    env: 'DSO_ENABLED',
    help: 'work on DistributedScaledObjects',
  },
  {
    name: 'enable-dsj',
    value: 'BOOL',
    default: 'false',
    env: 'DSJ_ENABLED',
    help: 'have members for DistributedScaledJobs, which come with a later release',
  },
  {
    name: 'scaling-engine',
    value: 'NAME',
    default: 'auto',
    help: "what evaluates triggers: 'keda' on the hub, 'builtin', or 'auto' for KEDA where the hub serves it",
  },
  {
    name: 'kubeconfig-dir',
    value: 'DIR',
    help: 'kubeconfig files of members, as a mounted Secret has them; each context is a member',
  },
  {
    name: 'hub-member',
    value: 'NAME',
    help: 'makes the hub a member under this name; without it the hub is none',
  },
  {
    name: 'external-scaler-bind-address',
    value: 'ADDRESS',
    default: '0',
    help: 'where the builtin triggers are served to KEDA by gRPC; 0 for nowhere. Whoever reaches it is answered about ConfigMaps and pods, and about a Secret that an external trigger on the hub names',
  },
  {
    name: 'external-scaler-tls-cert',
    value: 'FILE',
    help: 'certificate that the external scaler shows, in PEM; without it, it speaks clear text',
  },
  { name: 'external-scaler-tls-key', value: 'FILE', help: 'key of that certificate, in PEM' },
  {
    name: 'external-scaler-tls-client-ca',
    value: 'FILE',
    help: 'authorities, in PEM: only clients with a certificate of theirs may ask the external scaler',
  },
  {
    name: 'allow-loopback-triggers',
    help: 'builtin triggers may ask servers on this machine, such as a sidecar; whoever may write a trigger then reaches all that listens there',
  },
  {
    name: 'leader-election-buckets',
    value: 'N',
    default: '1',
    help: 'parts that the work is split into, 1 to 10; each has one leader among the replicas',
  },
  { name: 'disable-ha', help: 'no leader election: this is the only replica' },
  { name: 'workers', value: 'N', default: '32', help: 'objects of one kind that are worked on at a time' },
  {
    name: 'kube-api-qps',
    value: 'N',
    default: '100',
    env: 'KUBE_API_QPS',
    help: 'requests per second to the hub',
  },
  {
    name: 'kube-api-burst',
    value: 'N',
    default: '200',
    env: 'KUBE_API_BURST',
    help: 'requests to the hub at once',
  },
  { name: 'spoke-api-qps', value: 'N', default: '200', help: 'requests per second to each spoke' },
  { name: 'spoke-api-burst', value: 'N', default: '400', help: 'requests to each spoke at once' },
  {
    name: 'metrics-bind-address',
    value: 'ADDRESS',
    default: ':9090',
    help: 'where /metrics is served; 0 for nowhere',
  },
  {
    name: 'health-probe-bind-address',
    value: 'ADDRESS',
    default: ':8080',
    help: 'where /healthz and /readyz are served; 0 for nowhere',
  },
  {
    name: 'tracing',
    value: 'URL',
    env: 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
    help: 'where traces are sent, by OTLP over HTTP in JSON, such as http://collector:4318/v1/traces; without it nothing is traced',
  },
  {
    name: 'tracing-sampling-rate',
    value: 'SHARE',
    default: '1',
    help: 'share of the traces that are kept, 0 to 1',
  },
  { name: 'log-level', value: 'LEVEL', default: 'info', help: 'trace, debug, info, warn, error or fatal' },
];

/** Throws OptionError where one of the files is there without those that it needs. */
function externalScalerTls(text: (name: string) => string | undefined): ExternalScalerTls | undefined {
  const [certificate, key, clientAuthorities] = ['cert', 'key', 'client-ca'].map((file) =>
    text(`external-scaler-tls-${file}`),
  );
  if (certificate !== undefined && key !== undefined) return { certificate, key, clientAuthorities };
  if (certificate === undefined && key === undefined && clientAuthorities === undefined) return undefined;
  throw new OptionError(
    '--external-scaler-tls-cert and --external-scaler-tls-key must both be set, also for --external-scaler-tls-client-ca',
  );
}

/**
 * Platforms set the variable for whatever runs, often to an address for gRPC: one that cannot be used is no reason not to
 * begin. A flag is. Throws OptionError.
 */
function tracing(
  { text, origin, read }: FlagReader,
  isFlag: boolean,
): Pick<OperatorOptions, 'tracing' | 'warnings'> {
  const samplingRate = read('tracing-sampling-rate', share);
  const { error } = collector.safeParse(text('tracing'));
  if (error !== undefined && !isFlag)
    return {
      tracing: undefined,
      warnings: [`${origin('tracing')} ${error.issues[0]?.message ?? 'cannot be used'}: nothing is traced`],
    };
  const endpoint = read('tracing', collector);
  return { tracing: endpoint === undefined ? undefined : { endpoint, samplingRate }, warnings: [] };
}

/** The reference operator falls back to its default below this. */
const shortestPollMs = 1_000;
const defaultPollMs = 10_000;

export interface OptionSources extends FlagSources {
  readonly home: string;
  /** Unique for this process. */
  readonly identity: string;
}

/** Throws OptionError for the first value that cannot be used. */
export function parseOperatorOptions({ flags, env, home, identity }: OptionSources): OperatorOptions {
  const reader = flagReader(operatorFlags, { flags, env });
  const { text, origin, read } = reader;
  const server = (): string | undefined => {
    const value = text('server');
    const address = value === undefined ? undefined : parseServerAddress(value);
    // It says itself as much of the value as may be shown.
    if (address !== undefined && 'problem' in address)
      throw new OptionError(`${origin('server')} ${address.problem}`);
    return address?.server;
  };
  const limits = (qps: string, burst: string): OperatorOptions['hubLimits'] => ({
    requestsPerSecond: read(qps, positive),
    burst: read(burst, positive),
    inFlight: 64,
  });
  return {
    kubeconfig: flags['kubeconfig'] === undefined ? undefined : text('kubeconfig'),
    context: text('context'),
    server: server(),
    systemNamespace: read('namespace', namespaceName),
    providerFile: text('clusterprofile-provider-file'),
    ...readSpokeAccess(read),
    serviceHost: env['KUBERNETES_SERVICE_HOST'],
    pollIntervalMs: read('remote-deployments-poll-interval', pollInterval),
    manifestsDirectory: text('manifests-dir'),
    cacheDirectory: text('cache-dir') ?? `${env['XDG_CACHE_HOME'] ?? `${home}/.cache`}/wheelwright/manifests`,
    download: read('download-manifests', optionalSwitch) ?? true,
    spokeNamespace: read('spoke-namespace', z.enum(['same', 'canonical'], "must be 'same' or 'canonical'")),
    kubernetesMinVersion: read('kubernetes-min-version', kubernetesVersion),
    scaling: {
      distributedScaledObjects: read('enable-dso', optionalSwitch) ?? false,
      distributedScaledJobs: read('enable-dsj', optionalSwitch) ?? false,
      engine: read('scaling-engine', z.enum(engines, `must be ${engines.join(', ')}`)),
      kubeconfigDirectory: text('kubeconfig-dir'),
      hubMember: read('hub-member', memberName),
      externalScalerAddress: read('external-scaler-bind-address', address),
      externalScalerTls: externalScalerTls(text),
      allowsLoopbackTriggers: flags['allow-loopback-triggers'] === true,
    },
    leaderElection: flags['disable-ha'] !== true,
    buckets: read('leader-election-buckets', buckets),
    workers: read('workers', positive),
    hubLimits: limits('kube-api-qps', 'kube-api-burst'),
    spokeLimits: limits('spoke-api-qps', 'spoke-api-burst'),
    metricsAddress: read('metrics-bind-address', address),
    healthAddress: read('health-probe-bind-address', address),
    ...tracing(reader, flags['tracing'] !== undefined),
    logLevel: read('log-level', z.enum(levels, `must be ${levels.join(', ')}`)),
    identity,
  };
}

const engines = ['auto', 'keda', 'builtin'] as const;
const levels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;

const positive = z
  .string()
  .transform(Number)
  .pipe(
    z
      .number('must be a number')
      .int('must be a whole number')
      .min(1, 'must be at least 1')
      .max(100_000, 'must be at most 100000'),
  );
const share = z
  .string()
  .transform(Number)
  .pipe(z.number('must be a number').min(0, 'must be from 0 to 1').max(1, 'must be from 0 to 1'));
const collector = z
  .url({ protocol: /^https?$/, error: 'must be an address that begins with http:// or https://' })
  .optional();
const buckets = z
  .string()
  .transform(Number)
  .pipe(
    z
      .number('must be a number')
      .int('must be a whole number')
      .min(1, 'must be from 1 to 10')
      .max(10, 'must be from 1 to 10'),
  );

/** RFC 1123 label, as the API server demands it. */
const namespaceName = z
  .string()
  .regex(
    /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
    'must be the name of a namespace: up to 63 lower-case letters, digits and dashes',
  )
  .optional();

/** As the setup script of Kedify accepts it. */
const memberName = z
  .string()
  .regex(
    /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/,
    'must be up to 63 lower-case letters, digits and dashes, beginning with a letter',
  )
  .optional();

/** What Knative's own processes can read; they end where they cannot. */
const kubernetesVersion = z
  .string()
  .regex(
    /^v?\d{1,9}\.\d{1,9}\.\d{1,9}(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$/,
    'must be a version with three numbers, such as v1.34.0',
  )
  .optional();

const pollInterval = z.string().transform((text, context) => {
  const parsed = parseGoDuration(text);
  if (parsed !== undefined) return parsed < shortestPollMs ? defaultPollMs : parsed;
  context.addIssue({ code: 'custom', message: 'must be a duration such as 10s or 1m30s' });
  return z.NEVER;
});

const address = z.string().transform((text, context) => {
  try {
    return parseBindAddress(text);
  } catch {
    context.addIssue({ code: 'custom', message: 'must be host:port, :port or 0' });
    return z.NEVER;
  }
});
