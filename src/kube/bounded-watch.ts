import type { KubeClient, WatchEvent, WatchOptions } from './client.ts';
import type { Clock } from './clock.ts';
import type { Resource } from './resource.ts';

export interface BoundedWatch {
  readonly client: KubeClient;
  readonly resource: Resource;
  readonly options: WatchOptions;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** What ends the watch from this side, unless the server ends it before. */
  readonly deadline: Deadline;
  /** What ends it unless `onEvent` says 'established' before. */
  readonly establishment?: Deadline | undefined;
}

interface Deadline {
  readonly afterMs: number;
  /** What the watch is ended with. Made when it is needed: an error keeps its stack, and most watches need none. */
  readonly reason: () => Error;
}

/** Without a reason `abort` makes an error, whose stack would hold all that it saw as long as the watch is open. */
const over = 'over';

/**
 * Reads one watch to its end, under deadlines that servers cannot be trusted to keep. Throws what `onEvent` threw, what
 * broke the watch, the reason of a deadline, or that of the signal; no timer and no listener outlives it.
 */
export async function readWatch(
  { client, resource, options, clock, signal, deadline, establishment }: BoundedWatch,
  onEvent: (event: WatchEvent) => 'established' | undefined,
): Promise<void> {
  const life = new AbortController();
  const established = new AbortController();
  const onAbort = (): void => life.abort(signal.reason);
  const endAfter = ({ afterMs, reason }: Deadline, unless: AbortSignal): void => {
    clock.sleep(afterMs, unless).then(
      () => life.abort(reason()),
      () => undefined,
    );
  };
  signal.addEventListener('abort', onAbort, { once: true });
  // Whoever takes what was listed may have ended it.
  if (signal.aborted) onAbort();
  endAfter(deadline, life.signal);
  if (establishment !== undefined) endAfter(establishment, established.signal);
  try {
    const take = (event: WatchEvent): void => {
      if (onEvent(event) === 'established') established.abort(over);
    };
    await client.watch(resource, options, take, life.signal);
  } finally {
    signal.removeEventListener('abort', onAbort);
    life.abort(over);
    established.abort(over);
  }
}
