import * as z from 'zod';
import {
  createServerPolicy,
  type SecretReferenceRules,
  type ServerPolicyOptions,
} from '../clusters/index.ts';
import type { OperatorFlag } from './options.ts';

/** What ClusterProfiles may lead the operator to. Whoever writes the status of one chooses Secret, server and proxy. */
export interface AccessRules {
  readonly secrets: SecretReferenceRules;
  readonly servers: Pick<ServerPolicyOptions, 'allow' | 'deny'>;
}

export const accessFlags: readonly OperatorFlag[] = [
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
    help: 'comma-separated names, *.names, addresses and ranges that servers and proxies of ClusterProfiles must be among',
  },
  {
    name: 'deny-spoke-servers',
    value: 'HOSTS',
    help: 'the same for what they must not be, such as the range of the services of the hub',
  },
];

/** `read` parses the value of a flag. */
export function readAccessRules(read: <T>(name: string, schema: z.ZodType<T>) => T): AccessRules {
  return {
    secrets: {
      namespaces: read('access-secret-namespaces', namespaces),
      nameOfProfile: read('access-secret-same-name', given),
      label: read('access-secret-label', label),
    },
    servers: { allow: read('allow-spoke-servers', servers), deny: read('deny-spoke-servers', servers) },
  };
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
