import { deepEqual } from 'node:assert/strict';
import { createHook } from 'node:async_hooks';
import { eventually } from './eventually.ts';

/** Timers by the id of their async resource, with the stack that made them. */
const timers = new Map<number, string>();
const hook = createHook({
  init(id, type) {
    if (type === 'Timeout') timers.set(id, new Error('timer').stack ?? '');
  },
  destroy(id) {
    timers.delete(id);
  },
});

/**
 * Counts what a client must not leave behind: sockets and handles of the process, and timers made by the client or by
 * undici for it.
 */
export class LeakCensus {
  readonly #before: ReadonlyMap<string, number>;
  readonly #timersBefore: ReadonlySet<number>;

  constructor() {
    hook.enable();
    this.#before = handles();
    this.#timersBefore = new Set(timers.keys());
  }

  async expectNothingLeft(): Promise<void> {
    await eventually(() => deepEqual(this.#newHandles(), []), 'the end of all handles', soonMs);
    await eventually(() => deepEqual(this.#newTimers(), []), 'the end of all timers', soonMs);
  }

  #newHandles(): string[] {
    return [...handles()]
      .filter(([kind, count]) => count > (this.#before.get(kind) ?? 0))
      .map(([kind]) => kind);
  }

  #newTimers(): string[] {
    return [...timers]
      .filter(([id, stack]) => !this.#timersBefore.has(id) && isOurs(stack))
      .map(([, stack]) => stack);
  }
}

/** Well below the timeouts of connections, which would end by themselves then. */
const soonMs = 3_000;

/** How many there are of each kind. */
function handles(): Map<string, number> {
  const counts = new Map<string, number>();
  for (const kind of process.getActiveResourcesInfo()) {
    if (/Socket|TCP|TLS|HTTP2/.test(kind)) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return counts;
}

/** undici's coarse timers share one ticker of the process, which ends by itself. */
function isOurs(stack: string): boolean {
  return /\/src\/kube\/|\/node_modules\/undici\//.test(stack) && !stack.includes('undici/lib/util/timers.js');
}
