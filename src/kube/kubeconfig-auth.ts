import type { Credential } from './credentials.ts';
import { fitsHeader, type Impersonation } from './impersonation.ts';
import type { SelectedContext } from './kubeconfig.ts';
import { certificatePair, decodeBase64 } from './kubeconfig-certificates.ts';
import type { KubeconfigError } from './kubeconfig-error.ts';
import { fieldError, type KubeconfigOrigin, readReferenced, resolvePath } from './kubeconfig-origin.ts';
import type { KubeconfigUser } from './kubeconfig-schema.ts';

/** How the user of a kubeconfig proves who it is. */
export type KubeconfigAuth =
  | { readonly type: 'anonymous' }
  | { readonly type: 'fixed'; readonly credential: Credential }
  /** `fallback` holds the certificate that goes with the token, and the token until the file was read once. */
  | { readonly type: 'tokenFile'; readonly path: string; readonly fallback: Credential }
  | { readonly type: 'exec'; readonly exec: KubeconfigExec };

export interface KubeconfigExec {
  /** An absolute path, or a bare name to be looked up in PATH. */
  readonly command: string;
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly apiVersion: 'client.authentication.k8s.io/v1' | 'client.authentication.k8s.io/v1beta1';
  readonly provideClusterInfo: boolean;
  readonly installHint: string | undefined;
}

/** By client-go's rules: a token, password or certificate goes before exec, and data before files. Throws KubeconfigError. */
export async function kubeconfigAuth({ user, userOrigin: origin }: SelectedContext): Promise<KubeconfigAuth> {
  if (user === undefined) return { type: 'anonymous' };
  const wrong = (field: string, problem: string): KubeconfigError =>
    fieldError('ConfigInvalid', origin, field, problem);
  const certificate = await certificateOf(user, origin);
  const { token, tokenFile, username, password } = user;
  const hasPassword = username !== undefined || password !== undefined;
  if (hasPassword && (token !== undefined || tokenFile !== undefined))
    throw wrong('token', 'must not be set beside username and password');
  if (tokenFile !== undefined)
    return { type: 'tokenFile', path: resolvePath(origin, tokenFile), fallback: { token, certificate } };
  if (hasPassword) {
    const basic = { username: username ?? '', password: password ?? '' };
    return { type: 'fixed', credential: { basic, certificate } };
  }
  if (token !== undefined || certificate !== undefined)
    return { type: 'fixed', credential: { token, certificate } };
  if (user['auth-provider'] != null)
    throw wrong('auth-provider', 'must be replaced by exec: Kubernetes 1.26 removed auth providers');
  if (user.exec == null) return { type: 'anonymous' };
  const { command, args, env, apiVersion, provideClusterInfo, installHint, interactiveMode } = user.exec;
  if (interactiveMode === 'Always')
    throw wrong('exec', "interactiveMode must be 'Never' or 'IfAvailable': plugins get no terminal");
  return {
    type: 'exec',
    exec: {
      command: command.includes('/') ? resolvePath(origin, command) : command,
      args,
      env,
      apiVersion,
      provideClusterInfo,
      installHint,
    },
  };
}

/** Whom the calls are to be made for. Throws KubeconfigError. */
export function kubeconfigImpersonation({
  user,
  userOrigin: origin,
}: SelectedContext): Impersonation | undefined {
  if (user === undefined) return undefined;
  const { as, 'as-uid': uid, 'as-groups': groups } = user;
  const wrong = (field: string, problem: string): KubeconfigError =>
    fieldError('ConfigInvalid', origin, field, problem);
  if (Object.keys(user['as-user-extra'] ?? {}).length > 0)
    throw wrong('as-user-extra', 'must not be set: it is not supported');
  for (const [field, texts] of [
    ['as', [as]],
    ['as-uid', [uid]],
    ['as-groups', groups],
  ] as const)
    if (texts.some((text) => text !== undefined && !fitsHeader(text)))
      throw wrong(field, 'must be printable ASCII characters');
  if (as !== undefined) return { user: as, groups, uid };
  if (uid === undefined && groups.length === 0) return undefined;
  throw wrong('as', 'must be set where as-uid or as-groups is');
}

async function certificateOf(
  user: KubeconfigUser,
  origin: KubeconfigOrigin,
): Promise<Credential['certificate']> {
  const cert = await pemOf(user, origin, 'client-certificate');
  const key = await pemOf(user, origin, 'client-key');
  if (cert === undefined && key === undefined) return undefined;
  const field = 'client-certificate-data';
  if (cert === undefined || key === undefined)
    throw fieldError(
      'ConfigInvalid',
      origin,
      field,
      'must be set together with client-key-data, or neither of them',
    );
  const pair = certificatePair(cert, key);
  if ('problem' in pair)
    throw fieldError('ConfigInvalid', origin, field, `and client-key-data ${pair.problem}`);
  return { cert, key };
}

async function pemOf(
  user: KubeconfigUser,
  origin: KubeconfigOrigin,
  field: 'client-certificate' | 'client-key',
): Promise<string | undefined> {
  const data = user[`${field}-data`];
  const path = user[field];
  if (data === undefined) return path === undefined ? undefined : readReferenced(origin, field, path);
  const pem = decodeBase64(data);
  if (pem !== undefined) return pem;
  throw fieldError('ConfigInvalid', origin, `${field}-data`, 'must be base64');
}
