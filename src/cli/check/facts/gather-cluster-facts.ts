import {
  type AccessProvider,
  type ClusterProfile,
  createAccessCredentials,
  resolveAccess,
  type ResolvedAccess,
} from '../../../clusters/index.ts';
import { type CredentialSource } from '../../../kube/index.ts';
import { type SpokeAccess, spokeServerPolicy } from '../../../operator/index.ts';
import { type Answer, ask, lackedHere, notAsked } from '../../hub/answer.ts';
import type { FleetProfile } from '../../hub/fleet-profile.ts';
import type { Hub } from '../../hub/open-hub.ts';
import { secretsNow } from '../../hub/secrets-now.ts';
import type { Installation } from '../../status/installation.ts';
import type { Env } from '../../terminal/style.ts';
import type { ClusterFacts } from './cluster-facts.ts';
import { type ConnectionAsking, type Contact, makeContact, noContact } from './connection.ts';
import { missingRights } from './missing-rights.ts';
import { deliveryRules } from './operator-rules.ts';
import type { Rule } from './rule.ts';

export interface ClusterAsking extends ConnectionAsking {
  readonly hub: Pick<Hub, 'client' | 'runner' | 'timeoutMs' | 'inside'>;
  readonly providers: readonly AccessProvider[] | undefined;
  /** Where readers look for Secrets when a profile names no namespace: that of the operator. */
  readonly ownNamespace: string;
  readonly access: SpokeAccess;
  readonly env: Env;
}

export interface ClusterSubject {
  readonly name: string;
  readonly profile: FleetProfile | undefined;
  readonly others: readonly string[];
  readonly alike: readonly string[];
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
      : noContact(access.state === 'notAsked' ? access : notAsked('connection data'));
  return { ...subject, access, ...contact, now: asking.clock.now() };
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
): Promise<Contact<readonly Rule[]>> {
  const source = await ask(asking, async () => credentialsFor(profile, access, asking));
  if (source.state !== 'answered') return { ...noContact(notAsked('a credential')), credential: source };
  return makeContact(
    {
      cluster: profile.key,
      endpoint: access.endpoint,
      credentials: source.value,
      missing: (client, signal) => missingRights(client, deliveryRules, signal),
    },
    asking,
  );
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
