import type { Apportionment } from '../apportion/claimant.ts';
import { countedAt, reliedOn } from './counted.ts';
import { distribute, type Taker } from './distribute.ts';
import { type EffectiveMember, takesPart } from './effective-members.ts';
import { makeBeforeBreak, type Move, type Moved } from './make-before-break.ts';
import type { MemberRow } from './member-row.ts';
import { type Observations, observationOf } from './observation.ts';
import type { PlanSpec } from './plan-spec.ts';
import { rebalanceSteps, shortestPause } from './rebalance-steps.ts';
import { stepSize } from './step-size.ts';

export interface AssignContext {
  readonly spec: PlanSpec;
  readonly wanted: ReadonlyMap<string, EffectiveMember>;
  readonly observed: Observations;
  /** The rows as the last plan left them; who has become another cluster since is fresh. */
  readonly before: ReadonlyMap<string, MemberRow>;
  readonly lastStepAt: number | undefined;
  /** Whether replicas may move because of an outage or a return. */
  readonly mayStep: boolean;
  readonly now: number;
}

export interface Assigned {
  readonly rows: ReadonlyMap<string, MemberRow>;
  /** Places whose number is to be written. */
  readonly places: readonly string[];
  readonly unplaced: number;
  readonly isScarce: boolean;
  readonly lastStepAt: number | undefined;
}

/**
 * Gives everybody a number. Places that do not simply get their share count with what they hold; those that serve split
 * the rest, so that both together are the total; then nobody shrinks before what moves elsewhere is ready.
 */
export function assignRows(advanced: ReadonlyMap<string, MemberRow>, context: AssignContext): Assigned {
  const { spec, wanted, observed, now } = context;
  const all = sharesOf(advanced, context);
  const { parts: shares } = all;
  const trusted = withArrived(withReceiver(advanced, shares, context), shares, context);
  const stepped = rebalanceSteps(trusted, {
    observed,
    shares,
    size: context.mayStep ? stepSize(spec.total, spec.policy.maxRebalancePercentage) : 0,
    lastStepAt: context.lastStepAt,
    patience: Math.max(spec.policy.gracePeriod, shortestPause),
    hasReceiver: trusted.entries().some(([place, row]) => canServe(place, row, context)),
    now,
  });
  const targets = new Map<string, number>();
  const servers: (readonly [string, MemberRow])[] = [];
  // What nobody had to take before anything moved, nobody takes meanwhile.
  let rest = spec.total - all.unplaced;
  for (const [place, row] of stepped.rows) {
    if (isServing(place, row, observed)) {
      servers.push([place, row]);
      continue;
    }
    const counted = countedAt(row, shares.get(place) ?? 0);
    targets.set(place, counted);
    rest -= counted;
  }
  const split = distribute(rest, withShares(takersOf(servers, wanted), all), spec);
  for (const [place, part] of split.parts) targets.set(place, part);

  const unplaced = all.unplaced + split.unplaced;
  // Who is out of it altogether since this step leaves to others what they may never have.
  const homeless =
    split.unplaced === 0 ? 0 : Math.max(0, unplaced - sharesOf(stepped.rows, context).unplaced);
  const rows = settle(stepped.rows, { targets, shares, homeless }, context);
  return {
    rows,
    places: rows
      .entries()
      .filter(([place, row]) => isWritten(place, row, observed))
      .map(([place]) => place)
      .toArray(),
    unplaced: unplaced - keptInstead(rows, homeless),
    isScarce: all.isScarce || split.isScarce,
    lastStepAt: isFreed(stepped.rows, rows) ? now : stepped.lastStepAt,
  };
}

/**
 * Whether all that the next step back waited for is not to come any more. It is due after a pause, then, as if a step had been
 * taken: nobody will tell of anything that arrives.
 */
function isFreed(before: ReadonlyMap<string, MemberRow>, rows: ReadonlyMap<string, MemberRow>): boolean {
  const isWaiting = ({ pending }: MemberRow): boolean => pending > 0;
  return (
    before.values().some(isWaiting) &&
    !rows.values().some(isWaiting) &&
    rows.values().some(({ phase }) => phase.name === 'returning' && phase.isMoving)
  );
}

/** What each would have by its weight, by place, with everybody who is not out of it altogether. */
export function sharesOf(
  rows: ReadonlyMap<string, MemberRow>,
  { wanted, spec }: Pick<AssignContext, 'wanted' | 'spec'>,
) {
  const takers = rows
    .entries()
    .filter(
      ([, { phase }]) => phase.name !== 'fresh' && !(phase.name === 'excluded' && phase.retained === 0),
    );
  return distribute(spec.total, takersOf(takers, wanted), spec);
}

function takersOf(
  rows: Iterable<readonly [string, MemberRow]>,
  wanted: ReadonlyMap<string, EffectiveMember>,
): readonly Taker[] {
  const takers: Taker[] = [];
  for (const [place, row] of rows) {
    const member = wanted.get(place);
    if (member === undefined) continue;
    const { weight, least, most, priority } = member;
    // Ties go to whom others rely on: by what is asked of a lost member, nothing, its share would be another one next time.
    takers.push({ name: place, weight, least, most, priority, current: reliedOn(row) });
  }
  return takers;
}

/** Nobody gets less than its share because others are out of reach: not every method says so of its own. */
function withShares(takers: readonly Taker[], { parts, isScarce }: Apportionment): readonly Taker[] {
  if (isScarce) return takers;
  return takers.map((taker) => ({ ...taker, least: Math.max(taker.least, parts.get(taker.name) ?? 0) }));
}

function isServing(place: string, { phase }: MemberRow, observed: Observations): boolean {
  return phase.name === 'serving' && observationOf(place, observed).state === 'ready';
}

/** Who does not answer cannot be, and a duplicate is under its other name. */
function isWritten(place: string, { phase }: MemberRow, observed: Observations): boolean {
  return phase.name !== 'duplicate' && observationOf(place, observed).state === 'ready';
}

function canServe(place: string, row: MemberRow, { wanted, observed }: AssignContext): boolean {
  const member = wanted.get(place);
  return isServing(place, row, observed) && member !== undefined && takesPart(member);
}

/** Where nobody serves and there is something to take, whoever answers is trusted at once. */
function withReceiver(
  rows: ReadonlyMap<string, MemberRow>,
  shares: ReadonlyMap<string, number>,
  context: AssignContext,
): ReadonlyMap<string, MemberRow> {
  if (rows.entries().some(([place, row]) => canServe(place, row, context))) return rows;
  const counted = [...rows].reduce((sum, [place, row]) => sum + countedAt(row, shares.get(place) ?? 0), 0);
  const isHandingOver = [...rows.values()].some(
    ({ phase }) => phase.name === 'excluded' && phase.retained > 0,
  );
  if (counted >= context.spec.total && !isHandingOver) return rows;
  return new Map(
    [...rows].map(([place, row]) => {
      const isBack = row.phase.name === 'returning' || row.phase.name === 'slow';
      const trusted: MemberRow = { ...row, phase: { name: 'serving' } };
      return [place, isBack && canServe(place, trusted, context) ? trusted : row];
    }),
  );
}

/** Who is back with all of its share serves before steps are taken: it may be the one who can take over. */
function withArrived(
  rows: ReadonlyMap<string, MemberRow>,
  shares: ReadonlyMap<string, number>,
  { observed }: AssignContext,
): ReadonlyMap<string, MemberRow> {
  return new Map(
    [...rows].map(([place, row]) => {
      const { phase } = row;
      const hasArrived =
        phase.name === 'returning' && phase.isMoving && phase.counted >= (shares.get(place) ?? 0);
      const trusted: MemberRow = { ...row, phase: { name: 'serving' } };
      return [place, hasArrived && isServing(place, trusted, observed) ? trusted : row];
    }),
  );
}

/** Of what is homeless, what stays where it was: all that is kept and waits for nothing that starts. */
function keptInstead(rows: ReadonlyMap<string, MemberRow>, homeless: number): number {
  const beyond = rows.values().reduce((sum, { kept, pending }) => sum + kept - pending, 0);
  return Math.max(0, Math.min(homeless, beyond));
}

interface Goal {
  readonly targets: ReadonlyMap<string, number>;
  readonly shares: ReadonlyMap<string, number>;
  /** What is in no target only because whoever shall have it may not have it yet. */
  readonly homeless: number;
}

function settle(
  rows: ReadonlyMap<string, MemberRow>,
  { targets, shares, homeless }: Goal,
  { observed, before }: AssignContext,
): ReadonlyMap<string, MemberRow> {
  const moves: Move[] = [];
  for (const [place, row] of rows) {
    const seen = observationOf(place, observed);
    if (seen.state !== 'ready' || row.phase.name === 'duplicate') continue;
    const last = before.get(place);
    // What ran there when it was first seen was not asked for by anybody, but others may rely on it.
    const isNew = last === undefined || last.phase.name === 'fresh';
    moves.push({
      place,
      before: isNew ? Math.max(row.desired, seen.readyReplicas) : runningFor(last),
      target: targets.get(place) ?? 0,
      pending: row.pending,
      ready: seen.readyReplicas,
      standsIn: isNew || row.phase.name === 'leaving',
    });
  }
  const moved = makeBeforeBreak(moves, homeless);
  const settledRows = new Map<string, MemberRow>();
  for (const [place, row] of rows)
    settledRows.set(
      place,
      settledRow(row, moved.get(place), targets.get(place) ?? 0, shares.get(place) ?? 0),
    );
  return settledRows;
}

/** What others rely on there, and what only stays for them: what does not simply get its share counts without that. */
function runningFor(row: MemberRow): number {
  const { phase, desired } = row;
  const isInSteps = phase.name === 'slow' || (phase.name === 'returning' && phase.isMoving);
  return isInSteps ? Math.max(phase.counted, desired) : reliedOn(row);
}

/** `moved` is undefined for a place that is not written. */
function settledRow(row: MemberRow, moved: Moved | undefined, target: number, share: number): MemberRow {
  const { phase } = row;
  if (moved === undefined)
    // An exclusion shows at once that nothing is asked for there any more; a loss only what it would be.
    return { ...row, pending: 0, kept: 0, desired: phase.name === 'excluded' ? 0 : target };
  const { desired, pending, kept } = moved;
  if (phase.name !== 'returning' || phase.isMoving) return { ...row, desired, pending, kept };
  const headStart = Math.min(share, phase.headStart ?? 0);
  return { ...row, desired: Math.max(desired, headStart), pending, kept, phase: { ...phase, headStart } };
}
