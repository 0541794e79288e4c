import type { LineEdit } from './line-edits.ts';

/** Lines that differ, with a few around them; numbers of lines count from 1. */
export interface Hunk {
  readonly before: { readonly start: number; readonly count: number };
  readonly after: { readonly start: number; readonly count: number };
  readonly edits: readonly LineEdit[];
  /** Of its first edit that is a difference, among all edits. */
  readonly firstDifference: number;
}

/** Lines shown on either side of a difference. */
const context = 3;

/** Differences that are near one another share a hunk, as in diff(1). */
export function hunksOf(edits: readonly LineEdit[]): readonly Hunk[] {
  const differences = [...edits.keys()].filter((index) => edits[index]?.sign !== ' ');
  const groups: { readonly first: number; last: number }[] = [];
  for (const index of differences) {
    const group = groups.at(-1);
    if (group !== undefined && index - group.last <= 2 * context) group.last = index;
    else groups.push({ first: index, last: index });
  }
  return groups.map(({ first, last }) => {
    const from = Math.max(0, first - context);
    const part = edits.slice(from, last + context + 1);
    const passed = edits.slice(0, from);
    return {
      before: extent(passed, part, '+'),
      after: extent(passed, part, '-'),
      edits: part,
      firstDifference: first,
    };
  });
}

/** Of one of the two texts, which has all lines but those of the other one alone. */
function extent(passed: readonly LineEdit[], part: readonly LineEdit[], other: '-' | '+'): Hunk['before'] {
  const count = part.filter(({ sign }) => sign !== other).length;
  const start = passed.filter(({ sign }) => sign !== other).length;
  // An empty extent is named by the line before it.
  return { start: count === 0 ? start : start + 1, count };
}
