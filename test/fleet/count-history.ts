import { type KubeObject, type NamespacedName, objectKey } from '../../src/api/index.ts';
import { type KubeClient, Reflector, type Resource } from '../../src/kube/index.ts';

export interface CountHistoryOptions {
  readonly client: KubeClient;
  readonly resource: Resource;
  readonly name: NamespacedName;
  readonly count: (object: KubeObject) => number | undefined;
}

/** Every number that an object had while it was watched, one after another; also those that were soon over. */
export class CountHistory implements AsyncDisposable {
  readonly #values: number[] = [];
  readonly #stop = new AbortController();
  #running: Promise<void> | undefined;

  /** Resolves once it watches. An object that is gone counts 0. */
  static async start({ client, resource, name, count }: CountHistoryOptions): Promise<CountHistory> {
    const history = new CountHistory();
    const reflector = new Reflector<number>({
      client,
      resource,
      project: (object) => count(object) ?? 0,
      onChange: (change) => {
        if (change.key !== objectKey(name)) return;
        history.#note(change.type === 'set' ? change.current : 0);
      },
    });
    history.#running = reflector.run(history.#stop.signal);
    await reflector.whenSynced(AbortSignal.timeout(10_000));
    return history;
  }

  /** Those since the last time that they were forgotten, none twice in a row. */
  get values(): readonly number[] {
    return this.#values;
  }

  get last(): number {
    return this.#values.at(-1) ?? 0;
  }

  /** All but the last one. */
  forget(): void {
    this.#values.splice(0, this.#values.length - 1);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  #note(value: number): void {
    if (this.#values.at(-1) !== value) this.#values.push(value);
  }
}
