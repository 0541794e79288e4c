import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type EngineState, eventsAtStart, lastActiveAtStart, readState, writeState } from './engine-state.ts';

const now = Date.parse('2026-01-01T00:00:00Z');
const inactive: EngineState = { isActive: false, lastActiveAt: now - 90_000, events: [] };

describe('the state on the object', () => {
  it('comes back as it was', () => {
    const anyState = fc.record({
      isActive: fc.boolean(),
      lastActiveAt: fc.option(fc.integer({ min: 0, max: now }), { nil: undefined }),
      events: fc.array(
        fc.record({ at: fc.integer({ min: 0, max: now }), change: fc.integer({ min: -99, max: 99 }) }),
        { maxLength: 5 },
      ),
    });
    fc.assert(
      fc.property(anyState, (state) => {
        const read = readState(writeState(state));
        expect(read).toEqual({ ...state, lastActiveAt: state.isActive ? undefined : state.lastActiveAt });
      }),
    );
  });

  it('does not change while something is active', () => {
    const write = (lastActiveAt: number) => writeState({ isActive: true, lastActiveAt, events: [] });
    expect(write(now)).toBe(write(now + 30_000));
  });

  it.each([
    undefined,
    '',
    'x',
    '{}',
    '[]',
    '{"active":"yes"}',
    '{"active":false,"lastActiveTime":"yesterday"}',
  ])('is nothing where it is %j', (annotation) => {
    expect(readState(annotation)).toBeUndefined();
  });
});

describe('the last activity at a start', () => {
  it.each<[string, EngineState | undefined, number, number | undefined]>([
    ['is none for a new object', undefined, 10_000, undefined],
    ['is now for an older one that nobody has kept record of', undefined, 60_000, now],
    ['is now for one that was active', { ...inactive, isActive: true }, 1, now],
    ['is what is written', inactive, 1_000_000, now - 90_000],
    ['is none where that is written', { ...inactive, lastActiveAt: undefined }, 1_000_000, undefined],
    ['is never in the future', { ...inactive, lastActiveAt: now + 5_000 }, 1_000_000, now],
  ])('%s', (_what, state, ageMs, at) => {
    expect(lastActiveAtStart(state, now - ageMs, now)).toBe(at);
  });

  it('counts no change that is yet to come', () => {
    const events = [
      { at: now + 5_000, change: 2 },
      { at: now - 5_000, change: -1 },
    ];
    expect(eventsAtStart({ ...inactive, events }, now)).toEqual([
      { at: now, change: 2 },
      { at: now - 5_000, change: -1 },
    ]);
  });
});
