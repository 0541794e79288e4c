import { formatGoDuration } from '../../api/index.ts';
import { type MemberReason, type Moment, sayWhy } from '../../scaling/index.ts';

/** One member whose number, state or reason changed at one time. */
export interface Change {
  /** Milliseconds since the first event could be; undefined for how it begins. */
  readonly at: number | undefined;
  readonly reason: MemberReason;
  /** In words. */
  readonly why: string;
  /** How many there are, and how many of them serve; undefined where nobody can see it. */
  readonly have: number | undefined;
  readonly ready: number | undefined;
  /** Of all members. */
  readonly allReady: number;
  readonly total: number;
}

/** What happened when, without what stayed as it was. */
export function timeline(
  moments: readonly Moment[],
  timeOf: (at: number) => number | undefined,
): readonly Change[] {
  const told = new Map<string, string>();
  return moments.flatMap(({ at, plan, observed, ready: allReady, spec: { total } }) =>
    plan.reasons.flatMap((reason): readonly Change[] => {
      const why = sayWhy(reason, (time) => sayTime(timeOf(time)));
      const news = `${reason.desired} ${reason.state} ${why}`;
      if (told.get(reason.place) === news) return [];
      told.set(reason.place, news);
      const seen = observed.get(reason.place);
      const { replicas: have, readyReplicas: ready } =
        seen?.state === 'ready' ? seen : { replicas: undefined, readyReplicas: undefined };
      return [{ at: timeOf(at), reason, why, have, ready, allReady, total }];
    }),
  );
}

/** `T+1m30s`, and `start` for how it begins. */
export function sayTime(at: number | undefined): string {
  return at === undefined ? 'start' : `T+${formatGoDuration(at)}`;
}
