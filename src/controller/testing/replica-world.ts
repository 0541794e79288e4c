import type { KubeObject, NamespacedName } from '../../api/index.ts';
import {
  type Clock,
  type KubeClient,
  type ListOptions,
  type Resource,
  TimeoutError,
} from '../../kube/index.ts';
import type { FakeClock } from './fake-clock.ts';
import type { MemoryApi } from './memory-api.ts';

/** How one request fares. */
export interface Weather {
  readonly thereMs: number;
  readonly backMs: number;
  readonly lost: 'nothing' | 'request' | 'reply';
  /** The machine freezes for this long just when the server has answered. */
  readonly freezeMs: number;
}

export const calm: Weather = { thereMs: 5, backMs: 5, lost: 'nothing', freezeMs: 0 };

/**
 * The machine and network of one replica in a simulated world: its clocks are off and run at their own rate, and while
 * it is paused none of its code goes on, whatever arrives.
 */
export class ReplicaWorld {
  readonly clock: Clock;
  readonly #world: FakeClock;
  readonly #api: MemoryApi;
  readonly #nextWeather: () => Weather;
  #pausedUntil = 0;

  constructor(options: {
    readonly world: FakeClock;
    readonly api: MemoryApi;
    readonly offsetMs: number;
    readonly rate: number;
    readonly nextWeather: () => Weather;
  }) {
    const { world, offsetMs, rate } = options;
    this.#world = world;
    this.#api = options.api;
    this.#nextWeather = options.nextWeather;
    this.clock = {
      now: () => world.now() + offsetMs,
      monotonic: () => world.monotonic() * rate,
      sleep: async (ms, signal) => {
        await world.sleep(ms / rate, signal);
        if (!this.paused) return;
        await this.#awake();
        // Whoever wakes sees the answers that came meanwhile before its timers run.
        await world.sleep(1, signal);
      },
    };
  }

  get paused(): boolean {
    return this.#world.monotonic() < this.#pausedUntil;
  }

  pause(ms: number): void {
    this.#pausedUntil = this.#world.monotonic() + ms;
  }

  get client(): KubeClient {
    const call = this.#call.bind(this);
    const api = this.#api;
    const world = this.#world;
    const awake = this.#awake.bind(this);
    const client: Pick<KubeClient, 'cluster' | 'get' | 'list' | 'create' | 'update' | 'watch'> = {
      cluster: 'hub',
      get: (resource: Resource, name: NamespacedName, options?: { timeoutMs?: number | undefined }) =>
        call(options?.timeoutMs, () => api.get(resource, name)),
      list: <T extends KubeObject>(resource: Resource, options?: ListOptions) =>
        call(options?.timeoutMs, () => api.list<T>(resource, options)),
      create: (resource: Resource, object: KubeObject, options?: { timeoutMs?: number | undefined }) =>
        call(options?.timeoutMs, () => api.create(resource, object)),
      update: (resource: Resource, object: KubeObject, options?: { timeoutMs?: number | undefined }) =>
        call(options?.timeoutMs, () => api.update(resource, object)),
      watch: async (resource, options, onEvent, signal) => {
        for await (const event of api.events(resource, options, signal)) {
          await world.sleep(calm.backMs, signal);
          await awake();
          onEvent(event);
        }
      },
    };
    return client as KubeClient;
  }

  /** A request that is given up may still arrive, later. */
  async #call<T>(timeoutMs: number | undefined, request: () => Promise<T>): Promise<T> {
    const { thereMs, backMs, lost, freezeMs } = this.#nextWeather();
    const never = new Promise<never>(() => undefined);
    const over = new AbortController();
    const answer = (async () => {
      await this.#world.sleep(thereMs);
      if (lost === 'request') return never;
      const result = await request();
      if (freezeMs > 0) this.pause(freezeMs);
      await this.#world.sleep(backMs);
      return lost === 'reply' ? never : result;
    })();
    const timeout = this.clock.sleep(timeoutMs ?? 10_000, over.signal).then(() => {
      throw new TimeoutError({ cluster: 'hub', verb: 'call', resource: 'leases' }, { message: 'no answer' });
    });
    timeout.catch(() => undefined);
    try {
      return await Promise.race([answer, timeout]);
    } finally {
      over.abort();
      await this.#awake();
    }
  }

  async #awake(): Promise<void> {
    while (this.paused) await this.#world.sleep(this.#pausedUntil - this.#world.monotonic());
  }
}
