import type { Clock } from '../../kube/index.ts';
import { nothingVisited, type Visited } from './pages/page.ts';

/** A visit may run a plugin, which is a process. */
const againMs = 15_000;

export interface Visits {
  /** What was seen last. */
  readonly seen: () => Visited;
  /** Resolves once the signal has aborted and the last visit is over. */
  readonly ended: Promise<void>;
}

/** Visits again and again until the signal aborts. `visit` throws the signal's reason only. */
export function keepVisiting(
  visit: () => Promise<Visited>,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Visits {
  let seen = nothingVisited;
  const run = async (): Promise<void> => {
    for (;;) {
      seen = await visit();
      await clock.sleep(againMs, signal);
    }
  };
  const ended = run().catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
  return { seen: () => seen, ended };
}
