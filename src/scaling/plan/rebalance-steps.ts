import type { MemberRow, Phase } from './member-row.ts';
import type { Observations } from './observation.ts';

export interface StepContext {
  readonly observed: Observations;
  /** What each would have by its weight, by place. */
  readonly shares: ReadonlyMap<string, number>;
  /** The most that may move in one step. */
  readonly size: number;
  readonly lastStepAt: number | undefined;
  /** After so long the next step goes ahead even if the last one has not arrived. */
  readonly patience: number;
  /** Whether anybody serves who could take over. */
  readonly hasReceiver: boolean;
  readonly now: number;
}

export interface Steps {
  readonly rows: ReadonlyMap<string, MemberRow>;
  readonly lastStepAt: number | undefined;
}

/**
 * Even where the last step needs no time to arrive, such as one to replicas that were kept, the next one comes so much
 * later: whoever plans twice at one time must not move twice as much.
 */
export const shortestPause = 1_000;

/**
 * Moves at most `size` replicas: away from excluded and slow members first, then back to those that return. A step waits
 * until the last one has arrived. Taking over does not wait for ever, because something is missing meanwhile; giving back
 * does, because nothing is.
 */
export function rebalanceSteps(rows: ReadonlyMap<string, MemberRow>, context: StepContext): Steps {
  const { observed, shares, size, lastStepAt, patience, hasReceiver, now } = context;
  const next = new Map(rows);
  let budget = size;
  const inOrder = [...rows]
    .filter(([, { phase }]) => isOnTheWay(phase))
    .sort(([a, { phase: x }], [b, { phase: y }]) => sinceOf(x) - sinceOf(y) || (a < b ? -1 : 1));

  const hasPaused = lastStepAt === undefined || now >= lastStepAt + shortestPause;
  const isDue =
    hasPaused && (lastStepAt === undefined || now >= lastStepAt + patience || haveArrived(rows, observed));
  for (const [place, row] of inOrder) {
    const { phase } = row;
    const share = shares.get(place) ?? 0;
    if (!isDue || !hasReceiver || budget === 0) break;
    if (phase.name === 'excluded') {
      const counted = Math.min(phase.retained, share);
      const step = Math.min(budget, counted);
      budget -= step;
      next.set(place, { ...row, phase: { ...phase, retained: counted - step } });
    } else if (phase.name === 'slow') {
      const counted = Math.min(phase.counted, share);
      const step = Math.max(0, Math.min(budget, counted - readyAt(place, observed)));
      budget -= step;
      next.set(place, { ...row, phase: { ...phase, counted: counted - step } });
    }
  }

  const isQuiet = hasPaused && rows.values().every(({ pending }) => pending === 0);
  for (const [place, row] of inOrder) {
    const { phase } = row;
    if (phase.name !== 'returning' || !phase.isMoving) continue;
    if (observed.get(place)?.state !== 'ready') continue;
    const share = shares.get(place) ?? 0;
    const step = isQuiet ? Math.max(0, Math.min(budget, share - phase.counted)) : 0;
    budget -= step;
    const counted = phase.counted + step;
    next.set(place, { ...row, phase: counted >= share ? { name: 'serving' } : { ...phase, counted } });
  }
  return { rows: next, lastStepAt: budget < size ? now : lastStepAt };
}

/** Whether all who serve have what they shall have, those excepted that only stay for others. */
function haveArrived(rows: ReadonlyMap<string, MemberRow>, observed: Observations): boolean {
  return rows
    .entries()
    .every(
      ([place, { phase, desired, kept }]) =>
        phase.name !== 'serving' || readyAt(place, observed) >= desired - kept,
    );
}

function readyAt(place: string, observed: Observations): number {
  const seen = observed.get(place);
  return seen?.state === 'ready' ? seen.readyReplicas : 0;
}

/** Of most members nothing moves: they serve. */
function isOnTheWay({ name }: Phase): boolean {
  return name === 'excluded' || name === 'slow' || name === 'returning';
}

function sinceOf(phase: Phase): number {
  return 'since' in phase ? phase.since : 0;
}
