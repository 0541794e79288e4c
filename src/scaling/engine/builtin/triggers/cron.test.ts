import { describe, expect, it } from 'vitest';
import { sourceOf } from '../testing/trigger-source.ts';
import { cron } from './cron.ts';
import { TriggerConfigError } from './trigger.ts';

const berlin = {
  timezone: 'Europe/Berlin',
  start: '0 8 * * 1-5',
  end: '0 18 * * 1-5',
  desiredReplicas: '10',
};
const { signal } = new AbortController();

describe('a calendar', () => {
  it.each([
    ['2026-11-20T06:59:59.999Z', 0],
    ['2026-11-20T07:00:00.000Z', 10],
    ['2026-11-20T16:59:59.999Z', 10],
    ['2026-11-20T17:00:00.000Z', 0],
    ['2026-11-21T12:00:00.000Z', 0],
    // Summer time.
    ['2026-07-01T05:59:59.999Z', 0],
    ['2026-07-01T06:00:00.000Z', 10],
    ['2026-07-01T16:00:00.000Z', 0],
  ])('in Berlin at %s asks for %d', async (at, value) => {
    const reading = await cron(sourceOf(berlin), () => Date.parse(at)).read('', signal);
    expect(reading).toEqual({ value, isActive: value > 0 });
  });

  it.each([
    // The night before the clocks go forward and the hour that does not exist.
    ['2026-03-29T00:59:00Z', '30 2 * * *', '0 4 * * *', 0],
    ['2026-03-29T01:45:00Z', '30 2 * * *', '0 4 * * *', 5],
    ['2026-03-29T02:00:00Z', '30 2 * * *', '0 4 * * *', 0],
    // Over midnight.
    ['2026-11-20T22:30:00Z', '0 22 * * *', '0 6 * * *', 5],
    ['2026-11-20T04:59:00Z', '0 22 * * *', '0 6 * * *', 5],
    ['2026-11-20T05:00:00Z', '0 22 * * *', '0 6 * * *', 0],
    // Day of the month or of the week, as everywhere.
    ['2026-11-21T12:00:00Z', '0 0 1 * 6', '59 23 * * *', 5],
  ])('at %s from %s to %s is worth %d', async (at, start, end, value) => {
    const source = sourceOf({ timezone: 'Europe/Berlin', start, end, desiredReplicas: '5' });
    expect((await cron(source, () => Date.parse(at)).read('', signal)).value).toBe(value);
  });

  it("has KEDA's name and the target 1", async () => {
    const source = sourceOf({ ...berlin, start: '0,30 */2 * * ?' });
    expect(await cron(source, () => 0).specs(signal)).toEqual([
      {
        name: 'cron-Europe-Berlin-0Cm30xSl2xxQm-018xx1-5'.replace('Europe-Berlin', 'EuropeSlBerlin'),
        target: 1,
      },
    ]);
  });

  it.each<[Record<string, string>, string]>([
    [{ timezone: 'Mars/Olympus' }, "timezone is 'Mars/Olympus': it must be a time zone"],
    [{ timezone: '' }, 'timezone is missing'],
    [{ end: berlin.start }, "end is '0 8 * * 1-5': it must differ"],
    [{ start: '0 8 * *' }, 'must have five fields'],
    [{ start: '0 0 8 * * 1-5' }, 'must have five fields'],
    [{ start: '0 25 * * *' }, 'must be a calendar'],
    [{ start: '0 0 30 2 *' }, 'with times that come'],
    [{ desiredReplicas: '0' }, "desiredReplicas is '0': it must be above 0"],
    [{ desiredReplicas: 'ten' }, "desiredReplicas is 'ten': it must be a number"],
  ])('with %o is refused', (changes, message) => {
    const make = () => cron(sourceOf({ ...berlin, ...changes }), () => 0);
    expect(make).toThrow(TriggerConfigError);
    expect(make).toThrow(message);
  });
});
