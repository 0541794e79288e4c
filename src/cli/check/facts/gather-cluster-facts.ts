import {
  type AccessProvider,
  type ClusterProfile,
  createAccessCredentials,
  resolveAccess,
  type ResolvedAccess,
} from '../../../clusters/index.ts';
import { type CredentialSource, type KubeClient, type KubeClientOptions } from '../../../kube/index.ts';
import { type SpokeAccess, spokeServerPolicy } from '../../../operator/index.ts';
import { type Answer, ask, type Asking, lackedHere, type NotAsked, notAsked } from '../../hub/answer.ts';
import type { FleetProfile } from '../../hub/fleet-profile.ts';
import type { Hub } from '../../hub/open-hub.ts';
import { secretsNow } from '../../hub/secrets-now.ts';
import type { Installation } from '../../status/installation.ts';
import type { Env } from '../../terminal/style.ts';
import type { ClusterFacts } from './cluster-facts.ts';
import { isConnected } from './is-connected.ts';
import { missingRights } from './missing-rights.ts';
import { deliveryRules } from './operator-rules.ts';
import { selfReview } from './self-review.ts';
import type { LookAtServer } from './server-certificate.ts';

export interface ClusterAsking extends Asking {
  readonly hub: Pick<Hub, 'client' | 'runner' | 'timeoutMs' | 'inside'>;
  readonly providers: readonly AccessProvider[] | undefined;
  /** Where readers look for Secrets when a profile names no namespace: that of the operator. */
  readonly ownNamespace: string;
  readonly access: SpokeAccess;
  readonly env: Env;
  readonly look: LookAtServer;
  readonly connect: (options: KubeClientOptions) => KubeClient;
}

export interface ClusterSubject {
  readonly name: string;
  readonly profile: FleetProfile | undefined;
  readonly others: readonly string[];
  readonly installations: readonly Installation[];
}

/** Goes the way to one cluster that the operator goes, from here. Throws only the reason of the signal. */
export async function gatherClusterFacts(
  subject: ClusterSubject,
  asking: ClusterAsking,
): Promise<ClusterFacts> {
  const { profile } = subject;
  const known = profile !== undefined && 'profile' in profile ? profile.profile : undefined;
  const access = await accessOf(known, asking);
  const contact =
    known !== undefined && access.state === 'answered'
      ? await reach(known, access.value, asking)
      : nothing(access.state === 'notAsked' ? access : notAsked('connection data'));
  return { ...subject, access, ...contact, now: asking.clock.now() };
}

type Contact = Pick<
  ClusterFacts,
  'credential' | 'certificate' | 'livez' | 'self' | 'missingRights' | 'kubernetes'
>;

function nothing(answer: NotAsked): Contact {
  return {
    credential: answer,
    certificate: answer,
    livez: answer,
    self: answer,
    missingRights: answer,
    kubernetes: answer,
  };
}

function accessOf(
  profile: ClusterProfile | undefined,
  asking: ClusterAsking,
): Promise<Answer<ResolvedAccess>> | Answer<ResolvedAccess> {
  const { providers, access, hub, env, clock } = asking;
  if (profile === undefined) return notAsked('a ClusterProfile');
  if (providers === undefined) return lackedHere('--provider-file');
  const policy = spokeServerPolicy(access, {
    inside: hub.inside,
    serviceHost: env['KUBERNETES_SERVICE_HOST'],
  });
  return ask(asking, async () => resolveAccess(profile, providers, policy, clock.now()));
}

async function reach(
  profile: ClusterProfile,
  access: ResolvedAccess,
  asking: ClusterAsking,
): Promise<Contact> {
  const source = await ask(asking, async () => credentialsFor(profile, access, asking));
  if (source.state !== 'answered') return { ...nothing(notAsked('a credential')), credential: source };
  const credentials = source.value;
  const { hub, connect, clock } = asking;
  const { timeoutMs } = hub;
  const client = connect({
    cluster: profile.key,
    endpoint: access.endpoint,
    credentials,
    timeoutMs,
    clock,
    userAgent: 'wheelwright-cli',
  });
  try {
    const [credential, certificate] = await Promise.all([
      ask(asking, async (signal) => ({ expiresAt: (await credentials.get(signal)).expiresAt })),
      certificateOf(access, asking),
    ]);
    if (credential.state !== 'answered')
      return { ...nothing(notAsked('a credential')), credential, certificate };
    return { credential, certificate, ...(await converse(client, asking)) };
  } finally {
    await client.close();
    credentials.close();
  }
}

function certificateOf(
  { endpoint }: ResolvedAccess,
  asking: ClusterAsking,
): Promise<ClusterFacts['certificate']> | ClusterFacts['certificate'] {
  if (endpoint.proxyUrl !== undefined || !endpoint.server.startsWith('https:'))
    return notAsked('a connection without a proxy');
  const { timeoutMs } = asking.hub;
  return ask(asking, (signal) => asking.look(endpoint, { timeoutMs, signal }));
}

async function converse(
  client: KubeClient,
  asking: ClusterAsking,
): Promise<Pick<Contact, 'livez' | 'self' | 'missingRights' | 'kubernetes'>> {
  const livez = await ask(asking, (signal) => client.raw('/livez', { signal }));
  if (livez.state === 'failed' && !isConnected(livez.error)) {
    const { self, missingRights: rights, kubernetes } = nothing(notAsked('a connection'));
    return { livez, self, missingRights: rights, kubernetes };
  }
  const [self, rights, kubernetes] = await Promise.all([
    ask(asking, (signal) => selfReview(client, signal)),
    ask(asking, (signal) => missingRights(client, deliveryRules, signal)),
    ask(asking, async (signal) => (await client.serverVersion({ signal })).gitVersion),
  ]);
  return { livez, self, missingRights: rights, kubernetes };
}

function credentialsFor(
  profile: ClusterProfile,
  { provider, invocation }: ResolvedAccess,
  { hub, ownNamespace, access, clock }: ClusterAsking,
): CredentialSource {
  return createAccessCredentials({
    provider,
    cluster: profile.key,
    invocation,
    profile,
    ownNamespace,
    rules: access.access.secrets,
    secrets: secretsNow(hub.client),
    runner: hub.runner,
    clock,
  });
}
