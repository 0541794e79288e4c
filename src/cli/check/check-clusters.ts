import type { SpokeAccess } from '../../operator/index.ts';
import type { Call } from '../cli-command.ts';
import { CliError } from '../failure/cli-error.ts';
import { valueOf } from '../hub/answer.ts';
import type { FleetProfile } from '../hub/fleet-profile.ts';
import type { Hub } from '../hub/open-hub.ts';
import { parseObjectName, selectObject } from '../status/select-object.ts';
import { clusterSection, type Section } from './check-report.ts';
import type { ClusterCheck } from './check.ts';
import type { CheckFlags } from './check-flags.ts';
import type { CheckServices } from './run-checks.ts';
import { type ClusterSubject, gatherClusterFacts } from './facts/gather-cluster-facts.ts';
import type { HubFacts } from './facts/hub-facts.ts';
import { inParallel } from './in-parallel.ts';

export interface CheckClustersOptions extends Omit<CheckServices, 'open' | 'version'> {
  readonly hub: Hub;
  readonly access: SpokeAccess;
  readonly facts: HubFacts;
  readonly checks: readonly ClusterCheck[];
}

/** Each may run a plugin, which is a process. */
const width = 8;

/** Checks the cluster of `--on`, or all of them. Throws CliError where they cannot be known, and the reason of the signal. */
export async function checkClusters(
  call: Call<CheckFlags>,
  { hub, access, facts, checks, clock, look, connect }: CheckClustersOptions,
): Promise<readonly Section[]> {
  if (checks.length === 0) return [];
  const { flags, host, terminal } = call;
  const subjects = subjectsOf(facts, flags, hub.namespace);
  const asking = {
    clock,
    look,
    connect,
    hub,
    signal: host.interruption(),
    providers: valueOf(facts.providerFile)?.providers,
    ownNamespace: valueOf(facts.leases)?.[0]?.namespace ?? hub.namespace ?? 'default',
    access,
    env: host.env,
  };
  const waiting = new Set(subjects.map(({ name }) => name));
  const state = () => ({
    task: 'Checking clusters',
    done: subjects.length - waiting.size,
    total: subjects.length,
    waitingFor: [...waiting],
  });
  const progress = terminal.startProgress(clock, state());
  try {
    return await inParallel(subjects, width, async (subject) => {
      const gathered = await gatherClusterFacts(subject, asking);
      waiting.delete(subject.name);
      progress.update(state());
      return clusterSection(gathered, checks, host.machine);
    });
  } finally {
    await progress.end();
  }
}

function subjectsOf(
  facts: HubFacts,
  { on, namespace }: CheckFlags,
  contextNamespace: string | undefined,
): readonly ClusterSubject[] {
  const profiles = valueOf(facts.profiles);
  if (profiles === undefined) {
    if (on !== undefined) throw unknowable(on, facts.profiles);
    return [];
  }
  const others = profiles.map(({ key }) => key);
  const installations = Map.groupBy(valueOf(facts.installations) ?? [], ({ cluster }) => cluster);
  const subject = (name: string, profile: FleetProfile | undefined): ClusterSubject => ({
    name,
    profile,
    others,
    installations: installations.get(name) ?? [],
  });
  if (on === undefined) return profiles.map((profile) => subject(profile.key, profile));
  const named = parseObjectName(`cluster/${on}`);
  const wanted = { ...named, namespace: named.namespace ?? namespace };
  const isThere = profiles.some(
    (profile) =>
      profile.name === wanted.name && profile.namespace === (wanted.namespace ?? profile.namespace),
  );
  // That there is none is a finding, that there are two is a question.
  if (!isThere) return [subject(on, undefined)];
  const profile = selectObject(profiles, wanted, contextNamespace);
  return [subject(profile.key, profile)];
}

function unknowable(on: string, profiles: HubFacts['profiles']): Error {
  if (profiles.state === 'failed') return profiles.error;
  return new CliError({
    problem: `Cannot look for cluster '${on}'.`,
    cause: profiles.state === 'notAsked' ? `it needs ${profiles.needs}` : undefined,
    code: 'WW1104',
    exit: 'unreachable',
  });
}
