import { type NamedReason, reasonOfCondition, withoutCode } from '../codes/reason-of-code.ts';
import type { Installation } from './installation.ts';
import type { Level } from './level.ts';
import { nextStep } from './next-step.ts';

export type InstallationState = 'Ready' | 'Progressing' | 'NotReady' | 'Removing';

export interface InstallationStatus extends Installation {
  readonly state: InstallationState;
  readonly level: Level;
  /** Since when; RFC 3339. */
  readonly since: string | undefined;
  readonly reason: string | undefined;
  /** The code of what keeps it from being ready. */
  readonly code: NamedReason['code'] | undefined;
  readonly message: string | undefined;
  /** What happens next, or what it waits for. */
  readonly next: string | undefined;
}

/** How an installation is, by its own conditions. */
export function installationStatus(installation: Installation): InstallationStatus {
  const { conditions, deletedAt, observed, createdAt } = installation;
  const ready = conditions.find(({ type }) => type === 'Ready');
  const negative = ready?.status === 'False' ? ready : undefined;
  const cause = negative === undefined ? undefined : reasonOfCondition(negative);
  const details = {
    reason: negative?.reason,
    code: cause?.code,
    message: negative?.message === undefined ? undefined : withoutCode(negative.message),
  };
  if (deletedAt !== undefined) {
    const removing = { ...installation, state: 'Removing', since: deletedAt } as const;
    return cause?.level === 'error'
      ? { ...removing, ...details, level: 'error', next: nextStep(cause.code) }
      : { ...removing, ...none, level: 'waiting', next: 'being removed' };
  }
  if (negative !== undefined && observed) {
    const level = cause?.level === 'info' ? 'waiting' : (cause?.level ?? 'error');
    const since = negative.lastTransitionTime;
    return { ...installation, ...details, state: 'NotReady', level, since, next: nextStep(cause?.code) };
  }
  if (ready?.status === 'True' && observed) {
    const since = ready.lastTransitionTime;
    return { ...installation, ...none, state: 'Ready', level: 'ok', since, next: upgradeOf(installation) };
  }
  const since = ready?.lastTransitionTime ?? createdAt;
  return {
    ...installation,
    ...none,
    state: 'Progressing',
    level: 'waiting',
    since,
    next: workOf(installation),
  };
}

const none = { reason: undefined, code: undefined, message: undefined };

function upgradeOf({ version, nextVersion }: Installation): string | undefined {
  return nextVersion === undefined || nextVersion === version ? undefined : `may move to ${nextVersion}`;
}

function workOf({ version, wantedVersion }: Installation): string {
  if (version === undefined) return 'being installed';
  return wantedVersion === undefined || version.startsWith(wantedVersion)
    ? 'being worked on'
    : `moving to ${wantedVersion}`;
}
