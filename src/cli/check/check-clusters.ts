import type { SpokeAccess } from '../../operator/index.ts';
import type { Call } from '../cli-command.ts';
import { valueOf } from '../hub/answer.ts';
import type { FleetProfile } from '../hub/fleet-profile.ts';
import type { Hub } from '../hub/open-hub.ts';
import { operatorNamespace } from '../hub/operator-trace.ts';
import { defaultNamespace } from '../members/member-hub-options.ts';
import type { Installation } from '../status/installation.ts';
import { parseObjectName, selectObject } from '../status/select-object.ts';
import { clusterSection, memberSection, type Section } from './check-report.ts';
import type { CheckServices } from './run-checks.ts';
import { type ClusterSubject, gatherClusterFacts } from './facts/gather-cluster-facts.ts';
import { gatherMemberFacts, type MemberAsking } from './facts/gather-member-facts.ts';
import type { HubFacts } from './facts/hub-facts.ts';
import type { MemberSubject } from './facts/member-facts.ts';
import { memberSubjects, profileOfMember, untoldMember } from './facts/member-subjects.ts';
import { inParallel } from './in-parallel.ts';
import { unknowable } from './narrow-to.ts';
import type { Selection } from './select-checks.ts';

export interface CheckClustersOptions extends Omit<CheckServices, 'open' | 'version'> {
  readonly hub: Hub;
  readonly access: SpokeAccess;
  readonly facts: HubFacts;
  readonly selection: Pick<Selection, 'clusters' | 'members'>;
}

/** Which of them: those of the facts, or one. */
export interface WantedClusters {
  readonly on: string | undefined;
  readonly namespace: string | undefined;
}

/** One to be looked at. */
interface Task {
  readonly name: string;
  readonly check: () => Promise<Section>;
}

/** Each may run a plugin, which is a process. */
const width = 8;

/**
 * Checks the cluster or member of `--on`, or all of them. Throws CliError where they cannot be known, and the reason of the
 * signal.
 */
export async function checkClusters(
  call: Call<WantedClusters>,
  options: CheckClustersOptions,
): Promise<readonly Section[]> {
  const { clock } = options;
  const tasks = await tasksOf(call, options);
  if (tasks.length === 0) return [];
  const waiting = new Set(tasks.map(({ name }) => name));
  const state = () => ({
    task: 'Checking clusters',
    done: tasks.length - waiting.size,
    total: tasks.length,
    waitingFor: [...waiting],
  });
  const progress = call.terminal.startProgress(clock, state());
  try {
    return await inParallel(tasks, width, async ({ name, check }) => {
      const section = await check();
      waiting.delete(name);
      progress.update(state());
      return section;
    });
  } finally {
    await progress.end();
  }
}

async function tasksOf(
  { flags, host }: Call<WantedClusters>,
  { hub, access, facts, selection, clock, look, connect }: CheckClustersOptions,
): Promise<readonly Task[]> {
  const { clusters, members } = selection;
  if (clusters.length === 0 && members.length === 0) return [];
  const asking = { clock, look, connect, hub, access, env: host.env, signal: host.interruption() };
  const ofMembers = await membersOf(facts, flags, asking);
  const ofClusters = clustersOf(facts, flags, hub.namespace, ofMembers.length > 0);
  const more = {
    providers: valueOf(facts.providerFile)?.providers,
    ownNamespace: operatorNamespace(valueOf(facts.leases), hub.namespace),
  };
  return [
    ...(clusters.length === 0 ? [] : ofClusters).map((subject) => ({
      name: subject.name,
      check: async () =>
        clusterSection(await gatherClusterFacts(subject, { ...asking, ...more }), clusters, host.machine),
    })),
    ...(members.length === 0 ? [] : ofMembers).map((subject) => ({
      name: `member/${subject.name}`,
      check: async () => memberSection(await gatherMemberFacts(subject, asking), members, host.machine),
    })),
  ];
}

async function membersOf(
  { scaling }: HubFacts,
  { on, namespace }: WantedClusters,
  asking: MemberAsking,
): Promise<readonly MemberSubject[]> {
  const facts = valueOf(scaling);
  const told = facts === undefined ? [] : memberSubjects(facts, { on, namespace });
  if (told.length > 0 || on === undefined) return told;
  return untoldMember(asking.hub.client, { on, namespace: namespace ?? defaultNamespace }, asking);
}

function clustersOf(
  facts: HubFacts,
  { on, namespace }: WantedClusters,
  contextNamespace: string | undefined,
  isMember: boolean,
): readonly ClusterSubject[] {
  // What names a member and could not be the name of a ClusterProfile.
  if (isMember && on !== undefined && /#|^members?\//.test(on)) return [];
  const profiles = valueOf(facts.profiles);
  if (profiles === undefined) {
    if (on !== undefined && !isMember) throw unknowable(`cluster '${on}'`, facts.profiles);
    return [];
  }
  const subject = subjectsAmong(profiles, valueOf(facts.installations) ?? []);
  if (on === undefined) return profiles.map(({ key }) => subject(key));
  const scaling = valueOf(facts.scaling);
  const ofMember = scaling === undefined ? undefined : profileOfMember(scaling, { on, namespace });
  const named = parseObjectName(`cluster/${ofMember ?? on}`);
  const wanted = { ...named, namespace: named.namespace ?? namespace };
  const isThere = profiles.some(
    (profile) =>
      profile.name === wanted.name && profile.namespace === (wanted.namespace ?? profile.namespace),
  );
  // That there is none is a finding, that there are two is a question.
  if (!isThere) return isMember ? [] : [subject(on)];
  return [subject(selectObject(profiles, wanted, contextNamespace).key)];
}

/** What is to be looked at of a cluster, by its name or the key of its profile. */
export function subjectsAmong(
  profiles: readonly FleetProfile[],
  installations: readonly Installation[],
): (name: string) => ClusterSubject {
  const byKey = new Map(profiles.map((profile) => [profile.key, profile]));
  const others = [...byKey.keys()];
  const installed = Map.groupBy(installations, ({ cluster }) => cluster);
  return (name) => {
    const profile = byKey.get(name);
    return {
      name,
      profile,
      others,
      alike: profile === undefined ? [] : sameServer(profile, profiles),
      installations: installed.get(name) ?? [],
    };
  };
}

/** Those that offer one of the same servers, with the same authority, under whatever name. */
function sameServer(profile: FleetProfile, all: readonly FleetProfile[]): readonly string[] {
  const own = new Set(serversOf(profile));
  return all
    .filter((other) => other.key !== profile.key && serversOf(other).some((one) => own.has(one)))
    .map(({ key }) => key);
}

function serversOf(profile: FleetProfile): readonly string[] {
  if (!('profile' in profile)) return [];
  return [...profile.profile.providers.values()].flatMap(({ cluster }) =>
    cluster?.server === undefined ? [] : [`${cluster.server} ${cluster.certificateAuthorityData ?? ''}`],
  );
}
