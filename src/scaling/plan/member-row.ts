/**
 * What the plan remembers of one place. Plain JSON, so that a restart goes on where the last plan stopped; times are
 * milliseconds since 1970.
 */
export interface MemberRow {
  readonly name: string;
  readonly namespace: string;
  /** Undefined where no such member is registered. */
  readonly id?: string | undefined;
  /** Which cluster that led to when it was last known. */
  readonly cluster?: string | undefined;
  /** What the spec calls the member, where that is not its name. */
  readonly reference?: string | undefined;
  /** Since when that leads to another member, which gets nothing before the grace period is over. */
  readonly retargetedAt?: number | undefined;
  readonly phase: Phase;
  /** What was last asked for there. */
  readonly desired: number;
  /** Of them, those that moved here and were not yet ready when last seen: others keep as many until they are. */
  readonly pending: number;
  /** Of them, those that stay only until what moved elsewhere is ready there. */
  readonly kept: number;
  /** When the number of ready replicas last came closer to the desired one; undefined while there is nothing to do. */
  readonly progress?: { readonly ready: number; readonly at: number } | undefined;
  /** Returns that did not last. */
  readonly relapses: number;
  /** When it last came back after an exclusion; undefined when it has stayed long enough. */
  readonly returnedAt?: number | undefined;
}

/**
 * `fresh`      not seen yet. Seen ready, it returns from nothing; on the very first plan it serves at once.
 * `serving`    gets its share. Out of reach it is lost; not coming along for too long it is slow.
 * `lost`       out of reach within the grace period: what it held counts as running, and is not written. Back in time it
 *              serves as before. After the grace period, if anybody could take over, it is excluded.
 * `excluded`   others take over in steps: what is retained still counts as running. Back, it returns.
 * `returning`  back, but not trusted until the hold is over; then it gets more in steps until it has its share, and
 *              serves. Out of reach again it is lost, and the next hold is twice as long.
 * `slow`       answers, but its replicas do not become ready: others take those over in steps. After the hold it returns.
 * `leaving`    is not wanted any more: goes to zero as soon as the others serve everything, and is forgotten.
 * `duplicate`  is the same workload as another place, under which it counts; it is never written. When both have told
 *              different workloads for a grace period, it is fresh.
 */
export type Phase =
  | { readonly name: 'fresh'; readonly since: number }
  | { readonly name: 'serving' }
  | { readonly name: 'lost'; readonly since: number; readonly held: number; readonly wasReturning: boolean }
  | { readonly name: 'excluded'; readonly since: number; readonly retained: number }
  | {
      readonly name: 'returning';
      readonly since: number;
      readonly hold: number;
      /** What the others rely on. */
      readonly counted: number;
      /**
       * What it ran when it came back, as far as that is its share: it keeps that, so that nothing is killed that is wanted
       * again soon. It never becomes more before it moves; undefined: nothing.
       */
      readonly headStart?: number | undefined;
      readonly isMoving: boolean;
    }
  | { readonly name: 'slow'; readonly since: number; readonly hold: number; readonly counted: number }
  | { readonly name: 'leaving' }
  | { readonly name: 'duplicate'; readonly of: string; readonly differsSince?: number | undefined };

export interface PlanState {
  /** By place. */
  readonly rows: Readonly<Record<string, MemberRow>>;
  /**
   * Since when the first answers of members are waited for; undefined while nobody is. It is of one process: after a
   * restart everybody is asked anew.
   */
  readonly awaitingSince?: number | undefined;
  /** Whether any member was ever asked for a number. */
  readonly hasAssigned: boolean;
  /** What autoscalers were last told. */
  readonly published: number;
  /** When replicas last moved because of an outage or a return. */
  readonly lastStepAt?: number | undefined;
  /** The total that was planned for; undefined in what older releases left. */
  readonly total?: number | undefined;
}
