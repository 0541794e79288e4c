import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import {
  type Credential,
  type Endpoint,
  endpointFingerprint,
  type Kubeconfig,
  type KubeconfigAuth,
  kubeconfigConnection,
  KubeconfigError,
  parseProxyUrl,
  parseServerAddress,
  type UntrustedRules,
} from '../../kube/index.ts';
import { AccessError, type ServerPolicy } from '../access/index.ts';
import { fetchedCredential } from '../access/fetched-credential.ts';

/** What a kubeconfig leads to, checked before anything is dialled. */
export interface MemberAccess {
  readonly endpoint: Endpoint;
  readonly credential: Credential;
  /** Equal as long as the same credential goes to the same server in the same way; tells nothing of either. */
  readonly fingerprint: string;
  /** What is odd but works, one sentence each. */
  readonly warnings: readonly string[];
}

export interface MemberKubeconfigUse {
  /** Absent: the current context. */
  readonly context?: string | undefined;
  readonly policy: ServerPolicy;
  /** Files may be named that lie below; absent: none. */
  readonly filesBelow?: string | undefined;
}

/**
 * Reads one context of a kubeconfig that somebody registered as a member. Nothing is run for it, and nothing is read but
 * files below the directory that was named. Throws KubeconfigError, which tells no secret.
 */
export async function memberAccess(
  kubeconfig: Kubeconfig,
  { context, policy, filesBelow }: MemberKubeconfigUse,
): Promise<MemberAccess> {
  const { source } = kubeconfig;
  const trust: UntrustedRules = {
    allowHttp: policy.allowHttp,
    allowInsecureTls: policy.allowInsecureTls,
    filesBelow,
  };
  const { endpoint, auth } = await kubeconfigConnection(kubeconfig, { context, trust });
  refuseHosts(endpoint, policy, source);
  const credential = await credentialOf(auth, source);
  return {
    endpoint,
    credential,
    fingerprint: fingerprintOf(endpoint, credential),
    warnings: [
      ...(credential.basic === undefined ? [] : ['a user name and a password are deprecated; use a token']),
      ...(endpoint.insecureSkipTlsVerify === true
        ? ['the certificate of the server is not verified, because insecure-skip-tls-verify is true']
        : []),
    ],
  };
}

function refuseHosts({ server, proxyUrl }: Endpoint, policy: ServerPolicy, source: string): void {
  const proxy = proxyUrl === undefined ? undefined : parseProxyUrl(proxyUrl);
  for (const [field, address] of [
    ['server', parseServerAddress(server)],
    ['proxy-url', proxy],
  ] as const) {
    const refusal = address === undefined || 'problem' in address ? undefined : policy.refusal(address.host);
    if (refusal !== undefined) throw new KubeconfigError('PolicyDenied', source, `${field} ${refusal}`);
  }
}

async function credentialOf(auth: KubeconfigAuth, source: string): Promise<Credential> {
  switch (auth.type) {
    case 'fixed':
      return auth.credential.basic === undefined ? checked(auth.credential, source) : auth.credential;
    case 'tokenFile':
      return checked({ ...auth.fallback, token: await tokenIn(auth.path, source) }, source);
    case 'anonymous':
      throw new KubeconfigError(
        'ConfigInvalid',
        source,
        'its user must have a token or a client certificate',
      );
    case 'exec':
      throw new KubeconfigError('PolicyDenied', source, 'no commands are run for such a kubeconfig');
  }
}

async function tokenIn(path: string, source: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const { code = 'unreadable' } = cause as NodeJS.ErrnoException;
    const problem = `tokenFile must name a readable file, and '${path}' is not (${code})`;
    throw new KubeconfigError('Unreadable', source, problem, { cause });
  }
}

function checked({ token, certificate }: Credential, source: string): Credential {
  try {
    return fetchedCredential({ token, cert: certificate?.cert, key: certificate?.key }, 'it').credential;
  } catch (cause) {
    if (!(cause instanceof AccessError)) throw cause;
    throw new KubeconfigError('ConfigInvalid', source, cause.message, { cause });
  }
}

function fingerprintOf(endpoint: Endpoint, { token, basic, certificate }: Credential): string {
  const identity = [
    endpointFingerprint(endpoint),
    token ?? null,
    basic?.username ?? null,
    basic?.password ?? null,
    certificate?.cert ?? null,
    certificate?.key ?? null,
  ];
  return createHash('sha256').update(JSON.stringify(identity)).digest('hex');
}
