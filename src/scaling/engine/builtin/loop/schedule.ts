/** How often the autoscaler looks. */
export const syncPeriodMs = 15_000;
/** How soon after one look news may lead to another. */
export const newsPauseMs = 1_000;

/** When which part of the work is due; monotonic milliseconds. */
export interface Schedule {
  readonly pollAt: number;
  readonly syncAt: number;
  /** When news are looked at, where there are any. */
  readonly newsAt: number | undefined;
  /** When the autoscaler last changed something. */
  readonly rescaledAt: number;
}

export interface Due {
  readonly poll: boolean;
  readonly sync: boolean;
}

/**
 * What is to be done now. News are polled at once, and the autoscaler looks along unless it changed something within its
 * period: it never takes two steps where it had one.
 */
export function dueAt({ pollAt, syncAt, newsAt, rescaledAt }: Schedule, now: number): Due {
  const isNews = newsAt !== undefined && now >= newsAt;
  return {
    poll: isNews || now >= pollAt,
    sync: now >= syncAt || (isNews && now >= rescaledAt + syncPeriodMs),
  };
}

/** The schedule once that is done. Polls stay on their grid, whatever took long or came in between. */
export function afterWork(schedule: Schedule, due: Due, pollingMs: number, now: number): Schedule {
  const { pollAt, syncAt, newsAt } = schedule;
  const isRegular = now >= syncAt;
  return {
    ...schedule,
    pollAt: nextOnGrid(pollAt, pollingMs, now),
    syncAt: due.sync && !isRegular ? now + syncPeriodMs : nextOnGrid(syncAt, syncPeriodMs, now),
    newsAt: newsAt !== undefined && now >= newsAt ? undefined : newsAt,
  };
}

/** The schedule once polls are due this often: none waits for the end of a longer interval. */
export function sooner(schedule: Schedule, pollingMs: number, now: number): Schedule {
  return { ...schedule, pollAt: Math.min(schedule.pollAt, now + pollingMs) };
}

/** When to look again. */
export function wakeAt({ pollAt, syncAt, newsAt }: Schedule): number {
  return Math.min(pollAt, syncAt, newsAt ?? Number.POSITIVE_INFINITY);
}

function nextOnGrid(due: number, periodMs: number, now: number): number {
  return due > now ? due : due + (Math.floor((now - due) / periodMs) + 1) * periodMs;
}
