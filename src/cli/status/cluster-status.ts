import { profileReadiness } from '../../clusters/index.ts';
import type { FleetProfile } from '../hub/fleet-profile.ts';
import type { InstallationStatus } from './installation-status.ts';
import { compareLevels, type Level, worst } from './level.ts';
import { nextStep } from './next-step.ts';

export type ClusterState =
  | 'Ready'
  | 'Progressing'
  | 'Degraded'
  | 'Unreachable'
  /** No credential can be got for it. */
  | 'NoAccess'
  /** Its manager says so. */
  | 'NotReady'
  /** Its ClusterProfile is not there, and is needed. */
  | 'Missing'
  /** Its ClusterProfile makes no sense. */
  | 'Invalid'
  | 'Removing';

export interface ClusterStatus {
  /** `namespace/name` of its ClusterProfile, or `hub`. */
  readonly name: string;
  readonly state: ClusterState;
  readonly level: Level;
  readonly since: string | undefined;
  readonly code: `WW${number}` | undefined;
  readonly message: string | undefined;
  readonly next: string | undefined;
  readonly serving: readonly InstallationStatus[];
  readonly eventing: readonly InstallationStatus[];
  readonly kubernetes: string | undefined;
  readonly manager: string | undefined;
  readonly providers: readonly string[];
}

type Judgement = Pick<ClusterStatus, 'state' | 'level' | 'since' | 'code' | 'message' | 'next'>;

/**
 * How a cluster is, as far as the hub can tell without asking it: by its ClusterProfile first, then by what is installed on
 * it. Without a profile there is nothing to judge it by: it is the hub, or profiles cannot be read.
 */
export function clusterStatus(
  name: string,
  profile: FleetProfile | 'missing' | undefined,
  installations: readonly InstallationStatus[],
): ClusterStatus {
  const known = typeof profile === 'object' && 'profile' in profile ? profile.profile : undefined;
  return {
    name,
    ...(judgeProfile(name, profile) ?? judgeInstallations(installations)),
    serving: installations.filter(({ type }) => type === 'serving'),
    eventing: installations.filter(({ type }) => type === 'eventing'),
    kubernetes: known?.kubernetesVersion,
    manager: known?.manager,
    providers: [...(known?.providers.keys() ?? [])].toSorted(),
  };
}

/** Undefined where the profile leaves nothing to be desired. */
function judgeProfile(name: string, profile: FleetProfile | 'missing' | undefined): Judgement | undefined {
  if (profile === undefined) return undefined;
  if (profile === 'missing')
    return bad(
      'Missing',
      'WW2001',
      `there is no ClusterProfile ${name}, and something is to be installed there`,
    );
  if ('problem' in profile) return bad('Invalid', 'WW2004', profile.problem);
  if (profile.profile.deleting)
    return {
      state: 'Removing',
      level: 'waiting',
      since: undefined,
      code: undefined,
      message: undefined,
      next: 'being removed',
    };
  const readiness = profileReadiness(profile.profile);
  if (readiness.ready) return undefined;
  const { conditions } = profile.profile;
  const joined = conditions.get('Joined');
  const decisive = joined?.status === 'False' ? joined : conditions.get('ControlPlaneHealthy');
  return { ...bad('NotReady', 'WW2002', readiness.message), since: decisive?.lastTransitionTime };
}

function bad(state: ClusterState, code: `WW${number}`, message: string): Judgement {
  return { state, level: 'error', since: undefined, code, message, next: nextStep(code) };
}

const unreachable = new Set<string | undefined>(['WW2007', 'WW2018']);
const noAccess = new Set<string | undefined>(['WW1106', 'WW2003', 'WW2004', 'WW2017']);

const stateOfLevel = { error: 'Degraded', warning: 'Degraded', waiting: 'Progressing', ok: 'Ready' } as const;

function judgeInstallations(installations: readonly InstallationStatus[]): Judgement {
  const sorted = installations.toSorted((a, b) => compareLevels(a.level, b.level));
  const access = sorted.find(({ code }) => unreachable.has(code) || noAccess.has(code));
  if (access !== undefined) {
    const { level, since, code, message, next } = access;
    return { state: unreachable.has(code) ? 'Unreachable' : 'NoAccess', level, since, code, message, next };
  }
  const level = worst(installations.map((installation) => installation.level));
  const first = sorted[0];
  return {
    state: stateOfLevel[level],
    level,
    since: first?.since,
    code: undefined,
    message: undefined,
    next: first?.next,
  };
}
