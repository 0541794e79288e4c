import type { Clock } from '../../kube/index.ts';
import { humanDuration } from './human-duration.ts';
import type { OutputStream } from './output-stream.ts';
import { shorten } from './plain-text.ts';
import type { Env, Style } from './style.ts';

/** What is being worked on. */
export interface ProgressState {
  /** `Checking clusters`. */
  readonly task: string;
  readonly done: number;
  readonly total: number;
  /** The slowest first. */
  readonly waitingFor: readonly string[];
}

export type ProgressMode = 'line' | 'plain' | 'json' | 'none';

export interface ProgressOptions {
  readonly mode: ProgressMode;
  readonly stream: OutputStream;
  readonly style: Style;
  readonly clock: Clock;
}

/** A line is not rewritten more often than people can read. */
const redrawMs = 100;
/** What is over sooner needs no progress; a line that stays needs more reason than one that goes. */
const patienceMs = { line: 500, plain: 2_000, json: 0 };
const heartbeatMs = 15_000;
const eraseLine = '\r\u001B[2K';

/** `auto` rewrites one line on a terminal that somebody watches, and writes lines elsewhere. */
export function progressMode(
  choice: 'auto' | 'plain' | 'none' | 'json' | false | undefined,
  style: Pick<Style, 'terminal' | 'accessible'>,
  env: Env,
): ProgressMode {
  if (choice === false) return 'none';
  if (choice !== undefined && choice !== 'auto') return choice;
  const watched = style.terminal && !style.accessible && (env['CI'] ?? '') === '' && env['TERM'] !== 'dumb';
  return watched ? 'line' : 'plain';
}

/**
 * Tells on stderr how far something has come: on a terminal in one line that is rewritten, elsewhere in a line for each
 * change and one each 15 seconds. Whoever starts it ends it.
 */
export class Progress {
  readonly #options: ProgressOptions;
  readonly #startedAt: number;
  readonly #over = new AbortController();
  readonly #beats: Promise<void>;
  #state: ProgressState;
  #shown = '';

  constructor(options: ProgressOptions, state: ProgressState) {
    this.#options = options;
    this.#startedAt = options.clock.monotonic();
    this.#state = state;
    this.#beats = options.mode === 'none' ? Promise.resolve() : this.#beat();
  }

  update(state: ProgressState): void {
    this.#state = state;
    const { mode } = this.#options;
    if (mode === 'line' || mode === 'none' || this.#elapsedMs < patienceMs[mode]) return;
    this.#show();
  }

  /** Takes the line away again. Idempotent. */
  async end(): Promise<void> {
    this.#over.abort();
    await this.#beats;
    if (this.#options.mode === 'line' && this.#shown !== '') this.#options.stream.write(eraseLine);
    this.#shown = '';
  }

  get #elapsedMs(): number {
    return Math.round(this.#options.clock.monotonic() - this.#startedAt);
  }

  async #beat(): Promise<void> {
    const { mode, clock } = this.#options;
    const { signal } = this.#over;
    const everyMs = mode === 'line' ? redrawMs : heartbeatMs;
    try {
      await clock.sleep(mode === 'line' ? patienceMs.line : heartbeatMs, signal);
      for (;;) {
        this.#show();
        await clock.sleep(everyMs, signal);
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  #show(): void {
    const { mode, stream, style } = this.#options;
    const elapsedMs = this.#elapsedMs;
    const text =
      mode === 'json'
        ? JSON.stringify({ ...this.#state, elapsedMs })
        : describe(this.#state, elapsedMs, style);
    if (mode !== 'line') return stream.write(`${text}\n`);
    if (text === this.#shown) return;
    this.#shown = text;
    stream.write(eraseLine + text);
  }
}

function describe({ task, done, total, waitingFor }: ProgressState, elapsedMs: number, style: Style): string {
  const ellipsis = style.unicode ? '…' : '...';
  const first = waitingFor[0];
  const more = waitingFor.length > 1 ? ` and ${waitingFor.length - 1} more` : '';
  const rest = first === undefined ? '' : `, waiting for ${first}${more}`;
  const text = `${task}: ${done} of ${total} done, ${humanDuration(elapsedMs)}${rest}`;
  // A line as wide as the terminal would wrap, and could not be rewritten.
  return style.width === undefined ? text : shorten(text, style.width - 1, ellipsis);
}
