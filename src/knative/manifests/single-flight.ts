/** Work that several callers need at once is done once, whoever of them gives up waiting. */
export class SingleFlight<T> {
  readonly #running = new Map<string, Promise<T>>();

  /** The work is not told of the caller's signal, which ends the waiting only; it must end by itself. */
  run(key: string, work: () => Promise<T>, caller: AbortSignal): Promise<T> {
    caller.throwIfAborted();
    const shared = this.#running.get(key) ?? this.#start(key, work);
    return new Promise((resolve, reject) => {
      const giveUp = (): void => reject(caller.reason as Error);
      caller.addEventListener('abort', giveUp, { once: true });
      shared.then(resolve, reject).finally(() => caller.removeEventListener('abort', giveUp));
    });
  }

  #start(key: string, work: () => Promise<T>): Promise<T> {
    const started = work().finally(() => this.#running.delete(key));
    this.#running.set(key, started);
    return started;
  }
}
