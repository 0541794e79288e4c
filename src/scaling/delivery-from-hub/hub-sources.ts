import { type KubeObject, objectKey } from '../../api/index.ts';
import {
  backoffMs,
  type Clock,
  ForbiddenError,
  type KubeClient,
  longWatchSeconds,
  NoMatchError,
  Reflector,
  type Resource,
} from '../../kube/index.ts';
import type { HubReference, HubSight } from './hub-sight.ts';
import { resourceOfKind } from './resource-of-kind.ts';

export interface HubSourcesOptions {
  readonly client: KubeClient;
  readonly clock: Clock;
  /** An object that the user follows looks different now. */
  readonly onChange: (user: string) => void;
}

interface Followed {
  readonly reference: HubReference;
  readonly users: Set<string>;
  readonly stop: AbortController;
  reflector: Reflector<KubeObject> | undefined;
  failure: string | undefined;
}

/** A kind that the hub does not serve may come. */
const discoveryRetry = { baseMs: 2_000, capMs: 60_000 };

/** Objects of the hub that are delivered to members: each is watched by its own name, once for all who deliver it. */
export class HubSources {
  readonly #options: HubSourcesOptions;
  readonly #followed = new Map<string, Followed>();
  readonly #byUser = new Map<string, ReadonlySet<string>>();

  constructor(options: HubSourcesOptions) {
    this.#options = options;
  }

  /** How many objects are watched now. */
  get size(): number {
    return this.#followed.size;
  }

  /** The user follows these from now on, and no others. */
  use(user: string, references: readonly HubReference[]): void {
    const before = this.#byUser.get(user) ?? new Set<string>();
    const after = new Set(references.map(keyOf));
    for (const reference of references) {
      const key = keyOf(reference);
      const followed = this.#followed.get(key) ?? this.#begin(key, reference);
      followed.users.add(user);
    }
    for (const key of before) if (!after.has(key)) this.#end(key, user);
    if (after.size === 0) this.#byUser.delete(user);
    else this.#byUser.set(user, after);
  }

  sight(reference: HubReference): HubSight {
    const followed = this.#followed.get(keyOf(reference));
    const object = followed?.reflector?.store.get(objectKey(reference));
    if (object !== undefined) return { seen: 'object', object };
    if (followed?.failure !== undefined) return { seen: 'failure', why: followed.failure };
    return { seen: followed?.reflector?.synced === true ? 'absence' : 'nothing' };
  }

  close(): void {
    for (const user of this.#byUser.keys()) this.use(user, []);
  }

  #begin(key: string, reference: HubReference): Followed {
    const followed: Followed = {
      reference,
      users: new Set(),
      stop: new AbortController(),
      reflector: undefined,
      failure: undefined,
    };
    this.#followed.set(key, followed);
    void this.#follow(followed).catch(() => undefined);
    return followed;
  }

  #end(key: string, user: string): void {
    const followed = this.#followed.get(key);
    followed?.users.delete(user);
    if (followed === undefined || followed.users.size > 0) return;
    this.#followed.delete(key);
    followed.stop.abort();
  }

  /** Ends with the signal. */
  async #follow(followed: Followed): Promise<void> {
    const { client, clock } = this.#options;
    const { namespace, name } = followed.reference;
    const { signal } = followed.stop;
    const reflector = new Reflector<KubeObject>({
      client,
      clock,
      resource: await this.#resource(followed, signal),
      namespace,
      fieldSelector: `metadata.name=${name}`,
      project: withoutManagedFields,
      onChange: () => this.#tell(followed, undefined),
      onFailure: (error) => {
        if (error instanceof ForbiddenError && !reflector.synced) this.#tell(followed, refusalOf(followed));
      },
      watchSeconds: longWatchSeconds,
    });
    followed.reflector = reflector;
    void reflector.run(signal);
    await reflector.whenSynced(signal);
    this.#tell(followed, undefined);
  }

  /** Resolves as soon as the hub serves the kind. */
  async #resource(followed: Followed, signal: AbortSignal): Promise<Resource> {
    const { client, clock } = this.#options;
    const { apiVersion, kind } = followed.reference;
    for (let attempt = 0; ; attempt++) {
      try {
        return await resourceOfKind(client, followed.reference, signal);
      } catch (error) {
        signal.throwIfAborted();
        if (error instanceof NoMatchError)
          this.#tell(followed, `the hub does not serve ${kind} of ${apiVersion}`);
        await clock.sleep(backoffMs(attempt, discoveryRetry), signal);
      }
    }
  }

  #tell(followed: Followed, failure: string | undefined): void {
    followed.failure = failure;
    for (const user of followed.users) this.#options.onChange(user);
  }
}

function refusalOf({ reference: { kind, namespace, name } }: Followed): string {
  return `this operator may not watch ${kind} ${namespace}/${name} of the hub`;
}

function keyOf({ apiVersion, kind, namespace, name }: HubReference): string {
  return `${apiVersion} ${kind} ${namespace}/${name}`;
}

function withoutManagedFields(object: KubeObject): KubeObject {
  const { managedFields: _fields, ...metadata } = object.metadata;
  return { ...object, metadata };
}
