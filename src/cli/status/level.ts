import type { Mark } from '../terminal/mark.ts';

/** How much something needs a person: `error` does, `warning` may, `waiting` settles by itself. */
export type Level = 'error' | 'warning' | 'waiting' | 'ok';

const order: readonly Level[] = ['error', 'warning', 'waiting', 'ok'];

export function worst(levels: readonly Level[]): Level {
  return order.find((level) => levels.includes(level)) ?? 'ok';
}

/** Below 0 where `a` is worse than `b`. */
export function compareLevels(a: Level, b: Level): number {
  return order.indexOf(a) - order.indexOf(b);
}

export function markOf(level: Level): Mark {
  return level === 'error' ? 'failed' : level;
}
