import { describe, expect, it } from 'vitest';
import { afterWork, dueAt, type Schedule, sooner, wakeAt } from './schedule.ts';

const rest: Schedule = {
  pollAt: 30_000,
  syncAt: 15_000,
  newsAt: undefined,
  rescaledAt: Number.NEGATIVE_INFINITY,
};

describe('a schedule', () => {
  it.each<[string, Partial<Schedule>, number, { poll: boolean; sync: boolean }]>([
    ['nothing before its time', {}, 14_999, { poll: false, sync: false }],
    ['the autoscaler every 15 seconds', {}, 15_000, { poll: false, sync: true }],
    ['a poll in its turn', { syncAt: 45_000 }, 30_000, { poll: true, sync: false }],
    ['both on news', { newsAt: 7_000 }, 7_000, { poll: true, sync: true }],
    [
      'a poll alone on news after a rescale',
      { newsAt: 7_000, rescaledAt: 1_000 },
      7_000,
      { poll: true, sync: false },
    ],
    ['news not before their time', { newsAt: 7_000 }, 6_999, { poll: false, sync: false }],
  ])('has due %s', (_what, changes, now, due) => {
    expect(dueAt({ ...rest, ...changes }, now)).toEqual(due);
  });

  it('keeps polls on their grid, however late they are', () => {
    const late = afterWork(rest, { poll: true, sync: true }, 30_000, 100_000);
    expect(late).toMatchObject({ pollAt: 120_000, syncAt: 105_000 });
    const inBetween = afterWork({ ...rest, newsAt: 7_000 }, { poll: true, sync: true }, 30_000, 7_000);
    expect(inBetween).toMatchObject({ pollAt: 30_000, syncAt: 22_000, newsAt: undefined });
  });

  it('polls within a new interval, and not later than before', () => {
    expect(sooner({ ...rest, pollAt: 3_600_000 }, 1_000, 5_000).pollAt).toBe(6_000);
    expect(sooner(rest, 3_600_000, 5_000).pollAt).toBe(30_000);
  });

  it('wakes for whatever is first', () => {
    expect(wakeAt(rest)).toBe(15_000);
    expect(wakeAt({ ...rest, newsAt: 3_000 })).toBe(3_000);
  });
});
