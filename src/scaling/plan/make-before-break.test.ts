import { describe, expect, it } from 'vitest';
import { makeBeforeBreak, type Move } from './make-before-break.ts';

function move(place: string, numbers: Partial<Move>): Move {
  return { place, before: 0, target: 0, pending: 0, ready: 0, standsIn: false, ...numbers };
}

/** `m1 18+2`: what it is asked for, and how many of them only until others are ready. */
function settled(moves: readonly Move[], homeless?: number): readonly string[] {
  return [...makeBeforeBreak(moves, homeless)].map(
    ([place, { desired, kept }]) => `${place} ${desired - kept}+${kept}`,
  );
}

describe('a move', () => {
  it('grows at once, and shrinks when that is ready', () => {
    const shrinks = move('m2', { before: 5, target: 3, ready: 5 });
    expect(settled([move('m1', { before: 1, target: 3, ready: 1 }), shrinks])).toEqual(['m1 3+0', 'm2 3+2']);
    expect(settled([move('m1', { before: 3, target: 3, pending: 2, ready: 2 }), shrinks])).toEqual([
      'm1 3+0',
      'm2 3+1',
    ]);
    expect(settled([move('m1', { before: 3, target: 3, pending: 2, ready: 3 }), shrinks])).toEqual([
      'm1 3+0',
      'm2 3+0',
    ]);
  });

  it('keeps what serves rather than what only starts', () => {
    expect(
      settled([
        move('m1', { before: 1, target: 7, ready: 2 }),
        move('m2', { before: 18, target: 14, ready: 18 }),
        move('m3', { before: 6, target: 5, ready: 5 }),
        move('m4', { before: 3, target: 2, ready: 3 }),
      ]),
    ).toEqual(['m1 7+0', 'm2 14+4', 'm3 5+0', 'm4 2+1']);
  });

  it('keeps what starts as well where nothing else is left', () => {
    expect(
      settled([
        move('m1', { before: 5, target: 8, ready: 5 }),
        move('m2', { before: 5, target: 2, ready: 2 }),
      ]),
    ).toEqual(['m1 8+0', 'm2 2+3']);
  });

  it('keeps what nobody may have yet', () => {
    const moves = [
      move('m1', { before: 5, target: 0, ready: 5 }),
      move('m2', { before: 1, target: 1, ready: 1 }),
    ];
    expect(settled(moves, 4)).toEqual(['m1 0+4', 'm2 1+0']);
    expect(settled(moves, 9)).toEqual(['m1 0+5', 'm2 1+0']);
  });

  it('keeps what was found where it serves in the place of what others were asked for', () => {
    const found = move('m1', { before: 3, target: 0, ready: 3, standsIn: true });
    expect(settled([found, move('m2', { before: 8, target: 8, ready: 5 })])).toEqual(['m1 0+3', 'm2 8+0']);
    expect(settled([found, move('m2', { before: 8, target: 8, ready: 6 })])).toEqual(['m1 0+2', 'm2 8+0']);
    expect(settled([found, move('m2', { before: 8, target: 8, ready: 8 })])).toEqual(['m1 0+0', 'm2 8+0']);
  });

  it('keeps what waited for somebody who is not to have it any more, for whoever is to have as much and starts', () => {
    const kept = move('m1', { before: 2, target: 0, ready: 2 });
    const starting = (target: number): Move => move('m3', { before: target, target });
    const left = move('m2', { before: 4, target: 0, pending: 2 });
    expect(settled([kept, left, starting(1)])).toEqual(['m1 0+1', 'm2 0+0', 'm3 1+0']);
    expect(settled([kept, left, starting(3)])).toEqual(['m1 0+2', 'm2 0+0', 'm3 3+0']);
    const arrived = move('m3', { before: 3, target: 3, pending: 2, ready: 3 });
    expect(settled([kept, { ...left, before: 0, pending: 0 }, arrived])).toEqual([
      'm1 0+0',
      'm2 0+0',
      'm3 3+0',
    ]);
  });

  it('of the total waits for nobody', () => {
    expect(
      settled([
        move('m1', { before: 5, target: 2, ready: 1 }),
        move('m2', { before: 5, target: 2, ready: 5 }),
      ]),
    ).toEqual(['m1 2+0', 'm2 2+0']);
  });
});
