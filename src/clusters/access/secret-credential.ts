import * as z from 'zod';
import type { KubeObject } from '../../api/index.ts';
import {
  decodeBase64,
  KubeconfigError,
  type KubeconfigUser,
  parseKubeconfig,
  selectUser,
} from '../../kube/index.ts';
import { AccessError } from './access-error.ts';
import { type CredentialParts, fetchedCredential, type FetchedCredential } from './fetched-credential.ts';
import type { SecretReference } from './secret-reference.ts';

const secretSchema = z.looseObject({ data: z.record(z.string(), z.string()).nullish() });

/**
 * The credential that a Secret holds, by the rules of the upstream readers: a bearer token under `token`, or a kubeconfig
 * of whose user only token, client-certificate-data and client-key-data count; its server and CA do not. `secret` is
 * undefined where it does not exist. Throws AccessError; never tells what is in the Secret.
 */
export function credentialFromSecret(
  reference: SecretReference,
  secret: KubeObject | undefined,
): FetchedCredential {
  const label = `Secret ${reference.namespace}/${reference.name}`;
  if (secret === undefined) throw new AccessError('SecretNotFound', `${label} does not exist`);
  const value = secretValue(secret, reference.key, label);
  return fetchedCredential(
    reference.format === 'token' ? { token: value } : userParts(value, reference, label),
    label,
  );
}

function secretValue(secret: KubeObject, key: string, label: string): string {
  const data = new Map(Object.entries(secretSchema.safeParse(secret).data?.data ?? {}));
  const encoded = data.get(key);
  const value = encoded === undefined ? undefined : decodeBase64(encoded);
  if (value === undefined || value === '')
    throw new AccessError('SecretKeyMissing', `${label} must have data under the key '${key}'`);
  return value;
}

function userParts(
  text: string,
  { context }: { readonly context?: string | undefined },
  label: string,
): CredentialParts {
  const source = `kubeconfig in ${label}`;
  try {
    const kubeconfig = parseKubeconfig(text, { source });
    if (kubeconfig.hasExtensions)
      throw new KubeconfigError('ConfigInvalid', source, 'extensions must not be set');
    const { name, user } = selectUser(kubeconfig, context);
    refuseFiles(user, name, source);
    return {
      token: user.token,
      cert: pem(user, 'client-certificate-data', name, source),
      key: pem(user, 'client-key-data', name, source),
    };
  } catch (error) {
    if (!(error instanceof KubeconfigError)) throw error;
    throw new AccessError(error.kind === 'PolicyDenied' ? 'PolicyDenied' : 'ConfigInvalid', error.message, {
      cause: error,
    });
  }
}

/** Of user entries that have data beside a file, the data counts, so the file does no harm. */
function refuseFiles(user: KubeconfigUser, name: string, source: string): void {
  for (const field of ['client-certificate', 'client-key'] as const) {
    if (user[field] === undefined || user[`${field}-data`] !== undefined) continue;
    throw new KubeconfigError(
      'PolicyDenied',
      source,
      `${field} of user '${name}' must not name a file; use ${field}-data`,
    );
  }
}

function pem(
  user: KubeconfigUser,
  field: 'client-certificate-data' | 'client-key-data',
  name: string,
  source: string,
): string | undefined {
  const data = user[field];
  if (data === undefined) return undefined;
  const text = decodeBase64(data);
  if (text === undefined)
    throw new KubeconfigError('ConfigInvalid', source, `${field} of user '${name}' must be base64`);
  return text;
}
