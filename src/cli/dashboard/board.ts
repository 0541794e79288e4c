import { underEither } from '../../delivery/index.ts';
import type { Clock } from '../../kube/index.ts';
import type { Hub } from '../hub/open-hub.ts';
import type { FleetFacts } from '../status/fleet-facts.ts';
import { type FleetStatus, fleetStatus } from '../status/fleet-status.ts';
import { type WatchedFleet, watchFleet } from '../status/watch-fleet.ts';

/** The fleet at one moment. */
export interface Posted extends WatchedFleet {
  readonly fleet: FleetStatus;
}

export interface BoardOptions {
  readonly clock: Clock;
  /** How long kinds that the hub does not serve, or does not show, are not asked for again. */
  readonly lookAgainMs: number;
}

/** How long a hub that fails as it is asked again is left alone. */
const retryMs = 5_000;

/** The fleet as the hub tells it, watched once for everybody who looks. */
export class Board {
  readonly #hub: Hub;
  readonly #options: BoardOptions;
  #posted: Posted | undefined;
  #next = Promise.withResolvers<Posted>();

  constructor(hub: Hub, options: BoardOptions) {
    this.#hub = hub;
    this.#options = options;
  }

  /** Undefined before the hub has answered for the first time. */
  get posted(): Posted | undefined {
    return this.#posted;
  }

  /** The fleet with the next change, or a second later. */
  get next(): Promise<Posted> {
    return this.#next.promise;
  }

  /**
   * Runs until the signal aborts, whose reason it throws. Throws KubeError where the hub does not answer at the beginning;
   * later that is a note.
   */
  async run(signal: AbortSignal): Promise<never> {
    for (;;) {
      const again = new AbortController();
      try {
        await underEither(signal, again.signal, (until) => this.#watch(until, () => again.abort(lookAgain)));
      } catch (error) {
        signal.throwIfAborted();
        if (this.#posted === undefined) throw error;
        if (error !== lookAgain) await this.#fail(error, signal);
      }
    }
  }

  /** Until the signal aborts. `again` is called when it is time to ask for what was not there before. */
  async #watch(signal: AbortSignal, again: () => void): Promise<never> {
    const { clock, lookAgainMs } = this.#options;
    const startedAt = clock.monotonic();
    return watchFleet(this.#hub, {
      clock,
      signal,
      show: async (watched) => {
        this.#post(watched);
        if (lacksKinds(watched.facts) && clock.monotonic() - startedAt >= lookAgainMs) {
          this.#hub.client.invalidateDiscovery();
          again();
        }
      },
    });
  }

  async #fail(error: unknown, signal: AbortSignal): Promise<void> {
    const stale = error instanceof Error ? error.message : String(error);
    if (this.#posted !== undefined) this.#post({ facts: this.#posted.facts, stale });
    const { clock, lookAgainMs } = this.#options;
    await clock.sleep(Math.min(lookAgainMs, retryMs), signal);
  }

  #post({ facts, stale }: WatchedFleet): void {
    const now = this.#options.clock.now();
    let fleet: FleetStatus | undefined;
    this.#posted = {
      facts,
      stale,
      // Made when somebody looks.
      get fleet() {
        fleet ??= fleetStatus(facts, now);
        return fleet;
      },
    };
    const told = this.#next;
    this.#next = Promise.withResolvers();
    told.resolve(this.#posted);
  }
}

const lookAgain = new Error('time to ask again for what was not there');

function lacksKinds({ profiles, servings, eventings, members, scaledObjects }: FleetFacts): boolean {
  return [profiles, servings, eventings, members, scaledObjects].some(({ state }) => state !== 'answered');
}
