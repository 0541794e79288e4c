import * as z from 'zod';
import {
  createServerPolicy,
  type SecretReferenceRules,
  type ServerPolicy,
  type ServerPolicyOptions,
} from '../clusters/index.ts';
import { parseGoDuration } from '../api/index.ts';
import { flagReader, type FlagValues, type OperatorFlag, type ReadFlag } from './flag-reader.ts';
import { optionalSwitch } from './optional-switch.ts';

/** What ClusterProfiles may lead the operator to. Whoever writes the status of one chooses Secret, server and proxy. */
export interface AccessRules {
  readonly secrets: SecretReferenceRules;
  readonly servers: Pick<ServerPolicyOptions, 'allow' | 'deny'>;
}

/** How spokes may be reached; whoever goes to one goes by these. */
export interface SpokeAccess {
  readonly pluginDirectories: readonly string[] | undefined;
  /** Milliseconds. */
  readonly pluginTimeoutMs: number;
  readonly allowInsecureSpokes: boolean;
  readonly denyLoopback: boolean | undefined;
  readonly denyHub: boolean | undefined;
  readonly access: AccessRules;
}

export const accessFlags: readonly OperatorFlag[] = [
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
  {
    name: 'access-secret-namespaces',
    value: 'NAMES',
    help: "comma-separated namespaces whose Secrets ClusterProfiles may name, 'profile' for their own; default: all",
  },
  {
    name: 'access-secret-same-name',
    help: 'a ClusterProfile may only name a Secret that has its name',
  },
  {
    name: 'access-secret-label',
    value: 'KEY',
    help: 'a ClusterProfile may only name a Secret with the label KEY=NAMESPACE.NAME of the profile',
  },
  {
    name: 'allow-spoke-servers',
    value: 'HOSTS',
    help: 'comma-separated names, *.names, addresses and ranges that servers and proxies of ClusterProfiles, and of members, must be among',
  },
  {
    name: 'deny-spoke-servers',
    value: 'HOSTS',
    help: 'the same for what they must not be, such as the range of the services of the hub',
  },
];

/** Throws OptionError for the first value that cannot be used. */
export function parseSpokeAccess(flags: FlagValues): SpokeAccess {
  return readSpokeAccess(flagReader(accessFlags, { flags, env: {} }).read);
}

export function readSpokeAccess(read: ReadFlag): SpokeAccess {
  return {
    pluginDirectories: read('access-plugin-dirs', directories),
    pluginTimeoutMs: read('access-plugin-timeout', pluginTimeout),
    allowInsecureSpokes: read('allow-insecure-spokes', given),
    denyLoopback: read('deny-loopback-spokes', optionalSwitch),
    denyHub: read('deny-hub-spokes', optionalSwitch),
    access: {
      secrets: {
        namespaces: read('access-secret-namespaces', namespaces),
        nameOfProfile: read('access-secret-same-name', given),
        label: read('access-secret-label', label),
      },
      servers: { allow: read('allow-spoke-servers', servers), deny: read('deny-spoke-servers', servers) },
    },
  };
}

export interface Whereabouts {
  /** This process runs in the hub cluster. */
  readonly inside: boolean;
  /** The address of the cluster that this process runs in, if any: KUBERNETES_SERVICE_HOST. */
  readonly serviceHost: string | undefined;
}

/** The servers that may be dialled. */
export function spokeServerPolicy(
  { allowInsecureSpokes, denyLoopback, denyHub, access }: SpokeAccess,
  { inside, serviceHost }: Whereabouts,
): ServerPolicy {
  return createServerPolicy({
    allowHttp: allowInsecureSpokes,
    allowInsecureTls: allowInsecureSpokes,
    denyLoopback: denyLoopback ?? inside,
    hub: (denyHub ?? inside) ? { serviceHost } : undefined,
    ...access.servers,
  });
}

/**
 * The servers of members that somebody registered with a kubeconfig. It brings its own credential, and may be that of the
 * hub, which is a member like others; so that one is refused only where it was asked for.
 */
export function memberServerPolicy(
  {
    allowInsecureSpokes,
    denyLoopback,
    denyHub,
    access,
    serviceHost,
  }: SpokeAccess & Pick<Whereabouts, 'serviceHost'>,
  inside: boolean,
): ServerPolicy {
  return createServerPolicy({
    allowHttp: allowInsecureSpokes,
    allowInsecureTls: allowInsecureSpokes,
    denyLoopback: denyLoopback ?? inside,
    hub: denyHub === true ? { serviceHost } : undefined,
    ...access.servers,
  });
}

const given = z
  .string()
  .optional()
  .transform((value) => value === 'true');

/** An empty list would allow nothing, and is more likely a mistake in a template. */
const list = z
  .string()
  .transform((text) =>
    text
      .split(',')
      .map((entry) => entry.trim())
      .filter((entry) => entry !== ''),
  )
  .refine((entries) => entries.length > 0, 'must not be an empty list');

const namespaces = list
  .refine(
    (names) => names.every((name) => /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(name)),
    "must be names of namespaces, or 'profile', separated by commas",
  )
  .optional();

const label = z
  .string()
  .regex(
    /^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/,
    'must be the key of a label, such as example.com/profile',
  )
  .optional();

const servers = list
  .refine((entries) => {
    try {
      createServerPolicy({ allow: entries });
      return true;
    } catch {
      return false;
    }
  }, "must be host names, '*.' and a host name, addresses or ranges, separated by commas")
  .optional();

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
    (paths) => paths === undefined || paths.every((directory) => directory.startsWith('/')),
    'must name absolute paths',
  );

const pluginTimeout = z.string().transform((text, context) => {
  const parsed = parseGoDuration(text);
  if (parsed !== undefined && parsed >= 1_000 && parsed <= 600_000) return parsed;
  context.addIssue({ code: 'custom', message: 'must be a duration from 1s to 10m' });
  return z.NEVER;
});
