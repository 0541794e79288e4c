import { ApiCallError, callApi, type ApiAccess } from './api-call.ts';

export interface TokenRequest {
  readonly serviceAccount: string;
  /** Default `default`. */
  readonly namespace?: string;
  /** What the ServiceAccount may do, in the whole cluster; default cluster-admin. The ClusterRole must exist. */
  readonly clusterRole?: string;
  /** The API server grants no less than 600. Default 3600. */
  readonly durationSeconds?: number;
}

export interface ServiceAccountToken {
  readonly token: string;
  readonly expiresAt: Date;
}

/** Creates namespace, ServiceAccount and ClusterRoleBinding where they are missing, and asks for a token (TokenRequest API). */
export async function issueToken(access: ApiAccess, request: TokenRequest): Promise<ServiceAccountToken> {
  const { serviceAccount, namespace = 'default', clusterRole = 'cluster-admin' } = request;
  await createIfMissing(access, '/api/v1/namespaces', {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: namespace },
  });
  await createIfMissing(access, `/api/v1/namespaces/${namespace}/serviceaccounts`, {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: serviceAccount },
  });
  await createIfMissing(access, '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: `${namespace}:${serviceAccount}:${clusterRole}` },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: clusterRole },
    subjects: [{ kind: 'ServiceAccount', name: serviceAccount, namespace }],
  });
  return requestToken(access, request);
}

/** Asks for a token of a ServiceAccount that is there (TokenRequest API). */
export async function requestToken(
  access: ApiAccess,
  { serviceAccount, namespace = 'default', durationSeconds = 3600 }: Omit<TokenRequest, 'clusterRole'>,
): Promise<ServiceAccountToken> {
  const answer = (await callApi(access, {
    method: 'POST',
    path: `/api/v1/namespaces/${namespace}/serviceaccounts/${serviceAccount}/token`,
    body: {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      spec: { expirationSeconds: durationSeconds },
    },
  })) as { status: { token: string; expirationTimestamp: string } };
  return { token: answer.status.token, expiresAt: new Date(answer.status.expirationTimestamp) };
}

async function createIfMissing(access: ApiAccess, path: string, body: object): Promise<void> {
  try {
    await callApi(access, { method: 'POST', path, body });
  } catch (error) {
    const exists = error instanceof ApiCallError && error.status === 409;
    if (!exists) throw error;
  }
}
