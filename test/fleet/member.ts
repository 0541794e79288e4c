import { loadAll } from 'js-yaml';
import { groupVersionKind, type KubeObject } from '../../src/api/index.ts';
import type { KubeClient } from '../../src/kube/index.ts';
import { resources } from '../../src/kube/index.ts';
import { waitFor } from '../bed/index.ts';
import { clusterClient } from './cluster-client.ts';
import { fleetNamespace } from './objects.ts';
import type { Fleet } from './fleet.ts';
import type { Ground, Site } from './ground.ts';

/** What a member is prepared with, as its users write it. */
export const memberManifests = `apiVersion: v1
kind: Namespace
metadata:
  name: keda
---
apiVersion: v1
kind: ServiceAccount
metadata:
  name: kedify-agent
  namespace: keda
---
apiVersion: v1
kind: Secret
metadata:
  name: kedify-agent-token
  namespace: keda
  annotations:
    kubernetes.io/service-account.name: kedify-agent
type: kubernetes.io/service-account-token
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: kedify-agent
rules:
  - apiGroups: ["*"]
    resources: ["*/scale"]
    verbs: ["get", "list", "watch", "update", "patch"]
  - apiGroups: ["apps"]
    resources: ["deployments"]
    verbs: ["get", "list", "watch", "update", "patch"]
  - apiGroups: [""]
    resources: ["pods"]
    verbs: ["get", "list", "watch"]
  - apiGroups: ["batch"]
    resources: ["jobs"]
    verbs: ["get", "list", "watch", "create", "update", "patch", "delete"]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  name: kedify-agent
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: kedify-agent
subjects:
  - kind: ServiceAccount
    name: kedify-agent
    namespace: keda
`;

export interface MemberKubeconfig {
  readonly member: string;
  readonly server: string;
  /** Base64 of PEM. */
  readonly certificateAuthority: string;
  readonly token: string;
}

/** The kubeconfig that the guide for members generates. */
export function memberKubeconfig({ member, server, certificateAuthority, token }: MemberKubeconfig): string {
  return `apiVersion: v1
kind: Config
clusters:
- cluster:
    certificate-authority-data: ${certificateAuthority}
    server: ${server}
  name: ${member}-cluster
contexts:
- context:
    cluster: ${member}-cluster
    user: kedify-agent
  name: kedify-agent@${member}
current-context: kedify-agent@${member}
users:
- name: kedify-agent
  user:
    token: ${token}
`;
}

/** Prepares a cluster, and resolves with what the hub needs to reach it with no more rights than a member gives. */
export async function prepareMember(cluster: Site, member: string): Promise<MemberKubeconfig> {
  const client = await clusterClient(cluster.kubeconfig, cluster.name);
  try {
    for (const object of loadAll(memberManifests) as KubeObject[])
      await client.apply(await client.resourceFor(groupVersionKind(object)), object, { force: true });
    return { member, server: cluster.server, ...(await memberToken(client)) };
  } finally {
    await client.close();
  }
}

/** Takes the token of a member out of force and resolves with another one, once the server refuses the former. */
export async function renewMemberToken(cluster: Site, member: string): Promise<MemberKubeconfig> {
  const client = await clusterClient(cluster.kubeconfig, cluster.name);
  try {
    const { token } = await memberToken(client);
    await client.delete(resources.secrets, { namespace: 'keda', name: 'kedify-agent-token' });
    // An API server remembers for ten seconds whom it has let in.
    await waitFor('the former token is refused', async () => !(await isAccepted(client, token)));
  } finally {
    await client.close();
  }
  return prepareMember(cluster, member);
}

/** Leaves a member that was prepared no right but to look; preparing it again gives it back the others. */
export async function refuseWrites(client: KubeClient): Promise<void> {
  const verbs = ['get', 'list', 'watch'];
  const rules = [
    { apiGroups: ['*'], resources: ['*/scale'], verbs },
    { apiGroups: ['apps'], resources: ['deployments'], verbs },
  ];
  await client.patch(resources.clusterRoles, { name: 'kedify-agent' }, 'merge', { rules });
}

/** The Secret by which the hub knows the member. */
export function memberSecret(
  member: string,
  kubeconfig: string,
  { namespace = fleetNamespace, annotations = {} } = {},
): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name: member,
      namespace,
      labels: { 'sigs.k8s.io/multicluster-runtime-kubeconfig': 'true' },
      annotations,
    },
    type: 'Opaque',
    data: { kubeconfig: Buffer.from(kubeconfig).toString('base64') },
  };
}

/** Prepares a cluster and makes it a member under this name, by a Secret in the namespace of the fleet's operators. */
export async function registerMember<G extends Ground>(
  fleet: Fleet<G>,
  member: string,
  cluster: Site,
): Promise<MemberKubeconfig> {
  const prepared = await prepareMember(cluster, member);
  await fleet.put(resources.secrets, memberSecret(member, memberKubeconfig(prepared)));
  return prepared;
}

async function isAccepted(client: KubeClient, token: string): Promise<boolean> {
  const kind = { group: 'authentication.k8s.io', version: 'v1', kind: 'TokenReview' };
  const review = await client.create(await client.resourceFor(kind), {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenReview',
    metadata: { name: '' },
    spec: { token },
  });
  return (review['status'] as { readonly authenticated?: boolean }).authenticated === true;
}

async function memberToken(
  client: KubeClient,
): Promise<Pick<MemberKubeconfig, 'certificateAuthority' | 'token'>> {
  return waitFor('the token of the member', async () => {
    const secret = await client.get(resources.secrets, { namespace: 'keda', name: 'kedify-agent-token' });
    const { token, 'ca.crt': certificateAuthority } = (secret['data'] ?? {}) as Readonly<
      Record<string, string | undefined>
    >;
    return token === undefined || certificateAuthority === undefined
      ? undefined
      : { certificateAuthority, token: Buffer.from(token, 'base64').toString() };
  });
}
