import type { KubeObject, NamespacedName } from '../../api/index.ts';
import { type Clock, ForbiddenError, NotFoundError } from '../../kube/index.ts';
import { AccessError } from './access-error.ts';
import type { BuiltinInvocation } from './exec-invocation.ts';
import type { FetchedCredential } from './fetched-credential.ts';
import {
  type CredentialHooks,
  type ObservedCredentials,
  RefreshingCredentials,
} from './refreshing-credentials.ts';
import { credentialFromSecret } from './secret-credential.ts';
import { secretReference } from './secret-reference.ts';
import {
  checkLabel,
  checkReference,
  type ProfileName,
  type SecretReferenceRules,
} from './secret-reference-rules.ts';

/** Secrets of the hub; one watch behind it may serve many readers. */
export interface SecretWatch {
  /** The Secret as the server has it now; undefined where it does not exist. Throws KubeError. */
  get(name: Required<NamespacedName>, signal: AbortSignal): Promise<KubeObject | undefined>;
  /** Calls `listener` with every later state, undefined for deleted, until the returned function is called. */
  onChange(name: Required<NamespacedName>, listener: (secret: KubeObject | undefined) => void): () => void;
}

export interface BuiltinCredentialsOptions {
  /** The name of the access provider, for metrics. */
  readonly provider: string;
  /** The name of the cluster, for messages. */
  readonly cluster: string;
  readonly profile: ProfileName;
  readonly invocation: BuiltinInvocation;
  /** Where the readers look when a profile names no namespace. */
  readonly ownNamespace: string;
  readonly rules: SecretReferenceRules;
  readonly secrets: SecretWatch;
  readonly clock: Clock;
  readonly random?: (() => number) | undefined;
  readonly hooks?: CredentialHooks | undefined;
}

/**
 * What the secretreader and kubeconfig-secretreader plugins do, without a process: a rotated Secret is in use as soon as
 * its watch tells, and a deleted one is out of use. Throws AccessError where the profile names no Secret or must not
 * name this one.
 */
export function createBuiltinCredentials(options: BuiltinCredentialsOptions): ObservedCredentials {
  const { invocation, ownNamespace, profile, rules, secrets } = options;
  const reference = secretReference(invocation.reader, invocation.config, ownNamespace);
  checkReference(reference, profile, rules);
  const read = (secret: KubeObject | undefined): FetchedCredential => {
    if (secret !== undefined) checkLabel(secret, profile, rules);
    return credentialFromSecret(reference, secret);
  };
  const credentials = new RefreshingCredentials({
    ...options,
    fetch: async (signal) => read(await getSecret(secrets, reference, signal)),
    revokes: (error) => error.kind !== 'SecretUnreadable',
  });
  const unsubscribe = secrets.onChange(reference, (secret) => {
    try {
      credentials.replace(read(secret));
    } catch (error) {
      if (!(error instanceof AccessError)) throw error;
      credentials.revoke(error);
    }
  });
  return {
    get: (signal) => credentials.get(signal),
    invalidate: (refused) => credentials.invalidate(refused),
    stats: () => credentials.stats(),
    close() {
      unsubscribe();
      credentials.close();
    },
  };
}

async function getSecret(
  secrets: SecretWatch,
  { namespace, name }: Required<NamespacedName>,
  signal: AbortSignal,
): Promise<KubeObject | undefined> {
  try {
    return await secrets.get({ namespace, name }, signal);
  } catch (cause) {
    if (cause instanceof NotFoundError) return undefined;
    if (signal.aborted) throw cause;
    const why = cause instanceof Error ? cause.message : 'unknown error';
    const fix = cause instanceof ForbiddenError ? '. Grant the operator get and watch on it' : '';
    const message = `Secret ${namespace}/${name} cannot be read: ${why}${fix}`;
    throw new AccessError('SecretUnreadable', message, { cause });
  }
}
