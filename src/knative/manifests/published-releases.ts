import type { Clock } from '../../kube/index.ts';
import { BoundedMap } from './bounded-map.ts';
import { ManifestError } from './manifest-error.ts';
import type { Published } from './manifest-source.ts';
import { SingleFlight } from './single-flight.ts';

/** How long an answer counts. Releases come once a week. */
const freshMs = 3_600_000;
/** What is not published yet may be in a few minutes. */
const absentMs = 600_000;
/** A server that did not answer is left in peace for so long. */
const failedMs = 60_000;

interface Answer {
  readonly version: string | undefined;
  /** Why the last question got no answer. */
  readonly error?: ManifestError;
  /** Monotonic milliseconds when to ask again. */
  readonly askAt: number;
}

/**
 * What is known of the newest releases, each asked for at most once an hour and by one caller for all. Only the first
 * question is waited for: after that the last answer serves while the server is asked, however long that takes.
 */
export class PublishedReleases {
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #answers = new BoundedMap<Answer>(256);
  readonly #flights = new SingleFlight<Answer>();

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock;
  }

  /** Throws what `ask` threw while there never was an answer, or the reason of the signal. */
  async get(key: string, ask: () => Promise<string | undefined>, signal: AbortSignal): Promise<Published> {
    const known = this.#answers.get(key);
    const now = this.#clock.monotonic();
    if (known !== undefined && now < known.askAt) return told(known, known.askAt - now);
    const asking = this.#flights.run(key, () => this.#ask(key, ask), signal);
    if (known === undefined) {
      const answer = await asking;
      return told(answer, answer.askAt - this.#clock.monotonic());
    }
    // What comes of it is kept for the next look; only the end of the process ends it without an answer.
    asking.catch(() => undefined);
    return told(known, failedMs);
  }

  async #ask(key: string, ask: () => Promise<string | undefined>): Promise<Answer> {
    const answer = await this.#answerOf(key, ask);
    this.#answers.set(key, answer);
    return answer;
  }

  async #answerOf(key: string, ask: () => Promise<string | undefined>): Promise<Answer> {
    try {
      const version = await ask();
      return { version, askAt: this.#clock.monotonic() + (version === undefined ? absentMs : freshMs) };
    } catch (error) {
      if (!(error instanceof ManifestError)) throw error;
      const version = this.#answers.get(key)?.version;
      return { version, error, askAt: this.#clock.monotonic() + failedMs };
    }
  }
}

function told({ version, error }: Answer, lookAgainMs: number): Published {
  if (version === undefined && error !== undefined) throw error;
  return { version, lookAgainMs: Math.max(1, lookAgainMs) };
}
