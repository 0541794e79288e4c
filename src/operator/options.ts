import * as z from 'zod';
import { type BindAddress, parseBindAddress } from '../controller/index.ts';
import { parseServerAddress } from '../kube/index.ts';
import { accessFlags, type AccessRules, readAccessRules } from './access-flags.ts';
import { parseGoDuration } from './duration.ts';

/** Flags as text, by their names without dashes; absent where they were not given. */
export type FlagValues = Readonly<Record<string, string | boolean | undefined>>;

/** A flag, or an environment variable, has a value that cannot be used. The message says which and what is allowed. */
export class OptionError extends Error {
  override readonly name = 'OptionError';
}

/** What one run of the operator is to do; every value checked. */
export interface OperatorOptions {
  readonly kubeconfig: string | undefined;
  readonly context: string | undefined;
  readonly server: string | undefined;
  /** Where Leases live, and what a profile means that names no namespace of a Secret. */
  readonly systemNamespace: string | undefined;
  readonly providerFile: string | undefined;
  readonly pluginDirectories: readonly string[] | undefined;
  /** Milliseconds. */
  readonly pluginTimeoutMs: number;
  readonly allowInsecureSpokes: boolean;
  readonly denyLoopback: boolean | undefined;
  readonly denyHub: boolean | undefined;
  /** The address of the cluster that this process runs in, if any. */
  readonly serviceHost: string | undefined;
  readonly access: AccessRules;
  /** Milliseconds. */
  readonly pollIntervalMs: number;
  readonly manifestsDirectory: string | undefined;
  readonly cacheDirectory: string;
  readonly download: boolean;
  readonly spokeNamespace: 'same' | 'canonical';
  readonly kubernetesMinVersion: string | undefined;
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
  readonly logLevel: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal';
  readonly identity: string;
}

export interface OperatorFlag {
  /** Without dashes. */
  readonly name: string;
  /** How its value is called in help; none for a switch. */
  readonly value?: string;
  readonly default?: string;
  /** The variable that stands in for it. */
  readonly env?: string;
  readonly help: string;
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
  {
    name: 'access-plugin-dirs',
    value: 'DIRS',
    help: 'comma-separated directories that plugins of the provider file must lie in; default: wherever the file says',
  },
  {
    name: 'access-plugin-timeout',
    value: 'DURATION',
    default: '30s',
    help: 'how long a plugin of the provider file may take before it is killed',
  },
  { name: 'allow-insecure-spokes', help: 'allow http and insecure-skip-tls-verify in ClusterProfiles' },
  {
    name: 'deny-loopback-spokes',
    value: 'BOOL',
    help: 'refuse ClusterProfiles with a loopback address; default: inside a cluster only',
  },
  {
    name: 'deny-hub-spokes',
    value: 'BOOL',
    help: 'refuse ClusterProfiles with the address that the hub has for its pods; default: inside a cluster only',
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
  { name: 'log-level', value: 'LEVEL', default: 'info', help: 'trace, debug, info, warn, error or fatal' },
];

/** The reference operator falls back to its default below this. */
const shortestPollMs = 1_000;
const defaultPollMs = 10_000;

export interface OptionSources {
  readonly flags: FlagValues;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  /** Unique for this process. */
  readonly identity: string;
}

/** Throws OptionError for the first value that cannot be used. */
export function parseOperatorOptions({ flags, env, home, identity }: OptionSources): OperatorOptions {
  const text = (name: string): string | undefined => {
    const flag = operatorFlags.find((candidate) => candidate.name === name);
    const value = flags[name] ?? (flag?.env === undefined ? undefined : env[flag.env]) ?? flag?.default;
    return value === undefined || value === '' ? undefined : String(value);
  };
  /** Where the value is to be mended. */
  const origin = (name: string): string => {
    const variable = operatorFlags.find((candidate) => candidate.name === name)?.env;
    const isVariable = flags[name] === undefined && variable !== undefined && env[variable] !== undefined;
    return isVariable ? `--${name} (env ${variable})` : `--${name}`;
  };
  const read = <T>(name: string, schema: z.ZodType<T>): T => {
    const value = text(name);
    const result = schema.safeParse(value);
    if (result.success) return result.data;
    throw new OptionError(
      `${origin(name)} ${result.error.issues[0]?.message ?? 'cannot be used'}, not '${value ?? ''}'`,
    );
  };
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
    pluginDirectories: read('access-plugin-dirs', directories),
    pluginTimeoutMs: read('access-plugin-timeout', pluginTimeout),
    allowInsecureSpokes: flags['allow-insecure-spokes'] === true,
    denyLoopback: read('deny-loopback-spokes', optionalSwitch),
    denyHub: read('deny-hub-spokes', optionalSwitch),
    serviceHost: env['KUBERNETES_SERVICE_HOST'],
    access: readAccessRules(read),
    pollIntervalMs: read('remote-deployments-poll-interval', pollInterval),
    manifestsDirectory: text('manifests-dir'),
    cacheDirectory: text('cache-dir') ?? `${env['XDG_CACHE_HOME'] ?? `${home}/.cache`}/wheelwright/manifests`,
    download: read('download-manifests', optionalSwitch) ?? true,
    spokeNamespace: read('spoke-namespace', z.enum(['same', 'canonical'], "must be 'same' or 'canonical'")),
    kubernetesMinVersion: read('kubernetes-min-version', kubernetesVersion),
    leaderElection: flags['disable-ha'] !== true,
    buckets: read('leader-election-buckets', buckets),
    workers: read('workers', positive),
    hubLimits: limits('kube-api-qps', 'kube-api-burst'),
    spokeLimits: limits('spoke-api-qps', 'spoke-api-burst'),
    metricsAddress: read('metrics-bind-address', address),
    healthAddress: read('health-probe-bind-address', address),
    logLevel: read('log-level', z.enum(levels, `must be ${levels.join(', ')}`)),
    identity,
  };
}

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

const directories = z
  .string()
  .optional()
  .transform((text) =>
    text
      ?.split(',')
      .map((directory) => directory.trim())
      .filter((directory) => directory !== ''),
  )
  .refine(
    (list) => list === undefined || list.every((directory) => directory.startsWith('/')),
    'must name absolute paths',
  );

/** RFC 1123 label, as the API server demands it. */
const namespaceName = z
  .string()
  .regex(
    /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
    'must be the name of a namespace: up to 63 lower-case letters, digits and dashes',
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

const optionalSwitch = z
  .enum(['true', 'false'], "must be 'true' or 'false'")
  .optional()
  .transform((text) => (text === undefined ? undefined : text === 'true'));

const pluginTimeout = z.string().transform((text, context) => {
  const parsed = parseGoDuration(text);
  if (parsed !== undefined && parsed >= 1_000 && parsed <= 600_000) return parsed;
  context.addIssue({ code: 'custom', message: 'must be a duration from 1s to 10m' });
  return z.NEVER;
});

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
