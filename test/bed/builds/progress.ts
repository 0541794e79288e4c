import { systemClock, type Clock } from '../../../src/kube/clock.ts';

/** The part of process.stderr that progress needs. */
interface ProgressStream {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

export interface ProgressOptions {
  readonly stream?: ProgressStream;
  readonly clock?: Clock;
}

const redrawMs = 1_000;
const heartbeatMs = 15_000;
const eraseLine = '\r\u001B[2K';

/**
 * Runs `work` and says what is being done and for how long: `doing` in a line of its own, then `label` with the time, on a terminal
 * in one line that is redrawn each second, elsewhere in a line each 15 seconds; and at the end how it ended.
 */
export async function withProgress<T>(
  { doing, label }: { readonly doing: string; readonly label: string },
  work: () => Promise<T>,
  { stream = process.stderr, clock = systemClock }: ProgressOptions = {},
): Promise<T> {
  const startedAt = clock.monotonic();
  const elapsed = (): string => formatElapsed(clock.monotonic() - startedAt);
  const over = new AbortController();
  const terminal = stream.isTTY === true;
  const beat = async (): Promise<void> => {
    for (;;) {
      await clock.sleep(terminal ? redrawMs : heartbeatMs, over.signal);
      stream.write(terminal ? `${eraseLine}${label}: ${elapsed()}` : `${label}: ${elapsed()}\n`);
    }
  };
  stream.write(`${doing}\n`);
  const beats = beat().catch(() => undefined);
  let how = 'failed after';
  try {
    const result = await work();
    how = 'done in';
    return result;
  } finally {
    over.abort();
    await beats;
    stream.write(`${terminal ? eraseLine : ''}${label}: ${how} ${elapsed()}\n`);
  }
}

/** `48 s`, `4 min 19 s` */
export function formatElapsed(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
