import { isDeepStrictEqual } from 'node:util';
import { type Condition, type KubeObject, type NamespacedName, objectKey } from '../../src/api/index.ts';
import { type KubeClient, Reflector, type Resource, resources } from '../../src/kube/index.ts';
import { conditionsOf } from './objects.ts';

/** Every status that objects of one kind had while it listened, in the order of the hub: also those that were soon over. */
export class StatusHistory implements AsyncDisposable {
  readonly #seen = new Map<string, (readonly Condition[])[]>();
  readonly #stop = new AbortController();
  #running: Promise<void> | undefined;

  /** Resolves once it listens. */
  static async start(
    hub: KubeClient,
    resource: Resource = resources.knativeServings,
  ): Promise<StatusHistory> {
    const history = new StatusHistory();
    const reflector = new Reflector<KubeObject>({
      client: hub,
      resource,
      project: (object) => object,
      onChange: (change) => {
        if (change.type === 'set') history.#note(change.key, conditionsOf(change.current));
      },
    });
    history.#running = reflector.run(history.#stop.signal);
    await reflector.whenSynced(AbortSignal.timeout(10_000));
    return history;
  }

  /** The conditions of each status of an object, or of all objects. */
  statuses(name?: NamespacedName): readonly (readonly Condition[])[] {
    if (name === undefined) return [...this.#seen.values()].flat();
    return this.#seen.get(objectKey(name)) ?? [];
  }

  /** What one condition of an object was, one after another: `True`, or the reason where it was anything else. */
  course(name: NamespacedName, type: string): readonly string[] {
    const words = this.statuses(name).flatMap((conditions) => {
      const found = conditions.find((condition) => condition.type === type);
      if (found === undefined) return [];
      return [found.status === 'True' ? 'True' : (found.reason ?? found.status)];
    });
    return words.filter((word, index) => word !== words[index - 1]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  #note(key: string, conditions: readonly Condition[]): void {
    const statuses = this.#seen.get(key) ?? [];
    if (!isDeepStrictEqual(statuses.at(-1), conditions)) statuses.push(conditions);
    this.#seen.set(key, statuses);
  }
}
