import { objectKey } from '../api/index.ts';
import {
  backoffMs,
  type Clock,
  ForbiddenError,
  type KubeClient,
  KubeError,
  NoMatchError,
  NotFoundError,
  Reflector,
  type Resource,
  resources,
  type StoreChange,
  untilAborted,
} from '../kube/index.ts';
import { AccessError, type ClusterProfile, readClusterProfile } from './access/index.ts';
import { MemberIndex } from './member-index.ts';
import { sharedMemberId } from './shared-member-id.ts';

export type ProfileLookup =
  | { readonly found: 'profile'; readonly profile: ClusterProfile }
  /** It is there and makes no sense. */
  | { readonly found: 'unreadable'; readonly error: AccessError }
  | { readonly found: 'nothing' }
  /** Nobody can say: the API is not served, not allowed, or not listed yet. */
  | { readonly found: 'unknown'; readonly why: string };

export interface ProfileSourceOptions {
  readonly client: KubeClient;
  readonly clock: Clock;
  /** A profile appeared, changed or went; undefined when all of them are to be looked at again. */
  readonly onChange: (key: string | undefined) => void;
}

type Profiles = Pick<Reflector<ClusterProfile | AccessError>, 'store'>;

/** How often the hub is asked for the API while it is not there: it may be installed after the operator. */
const absentRetryMs = 15_000;
/** How often it is asked while it does not say. */
const unknownRetry = { baseMs: 1_000, capMs: 15_000 };
const notListedYet = 'the list is not complete yet';

/**
 * The ClusterProfiles of the hub, in v1alpha1 where that is served (the storage version, and the one that still shows
 * credentialProviders), else in v1alpha2; never in both.
 */
export class ProfileSource {
  readonly #options: ProfileSourceOptions;
  readonly #settled = Promise.withResolvers<void>();
  #reflector: Reflector<ClusterProfile | AccessError> | undefined;
  readonly #members = new MemberIndex<ClusterProfile>();
  #why = notListedYet;

  constructor(options: ProfileSourceOptions) {
    this.#options = options;
  }

  /** For health: undefined while the API is not served, which is no fault of this process. */
  get reflector(): Pick<Reflector<unknown>, 'synced' | 'lastActivityAt' | 'open'> | undefined {
    return this.#reflector;
  }

  lookup(key: string): ProfileLookup {
    if (this.#reflector?.synced !== true) return { found: 'unknown', why: this.#why };
    const value = this.#reflector.store.get(key);
    if (value === undefined) return { found: 'nothing' };
    if (value instanceof AccessError) return { found: 'unreadable', error: value };
    const oddity = sharedMemberId(value, this.#members.alike(value));
    const profile = oddity === undefined ? value : { ...value, warnings: [...value.warnings, oddity] };
    return { found: 'profile', profile };
  }

  /** Those that can be read, as last seen. */
  profiles(): Iterable<ClusterProfile> {
    return this.#reflector === undefined ? [] : readable(this.#reflector.store.entries());
  }

  /**
   * Before anybody is told: whoever looks then must find all that the store has. After a list that is more than the
   * change at hand, so that the index is filled anew, once.
   */
  #index({ key, initial }: Pick<StoreChange<unknown>, 'key' | 'initial'>, { store }: Profiles): void {
    const current = store.get(key);
    const profile = current instanceof AccessError ? undefined : current;
    if (this.#members.get(key) === profile) return;
    if (initial) this.#members.hold(readable(store.entries()));
    else this.#members.put(key, profile);
  }

  /** Resolves when the profiles are listed, or it is known that they cannot be; for a quick start without false alarms. */
  async settled(signal: AbortSignal): Promise<void> {
    await untilAborted(this.#settled.promise, signal);
  }

  async run(signal: AbortSignal): Promise<void> {
    for (let failures = 0; !signal.aborted;) {
      const served = await this.#servedResource(signal);
      failures = served === 'unknown' ? failures + 1 : 0;
      if (typeof served === 'object') await this.#reflect(served, signal);
      if (served !== 'unknown') this.#settled.resolve();
      const pauseMs = failures === 0 ? absentRetryMs : backoffMs(failures - 1, unknownRetry);
      await this.#options.clock.sleep(pauseMs, signal).catch(() => undefined);
    }
    this.#settled.resolve();
  }

  /** A hub that does not answer may serve the first as well: only its word that it does not leads to the next. */
  async #servedResource(signal: AbortSignal): Promise<Resource | 'absent' | 'unknown'> {
    for (const resource of [resources.clusterProfiles, resources.clusterProfilesV1alpha2]) {
      try {
        return await this.#options.client.resourceFor(resource, { signal });
      } catch (error) {
        if (signal.aborted) return 'unknown';
        if (error instanceof NoMatchError) continue;
        this.#explain(reasonOf(error));
        return 'unknown';
      }
    }
    this.#explain(
      'this hub does not serve multicluster.x-k8s.io/v1alpha1; install the Cluster Inventory API',
    );
    return 'absent';
  }

  /** Until the API is taken away again. */
  async #reflect(resource: Resource, signal: AbortSignal): Promise<void> {
    const { client, clock, onChange } = this.#options;
    const served = new AbortController();
    const reflector = new Reflector<ClusterProfile | AccessError>({
      client,
      resource,
      clock,
      project: readProfile,
      onChange: (change) => {
        this.#index(change, reflector);
        onChange(change.key);
      },
      onFailure: (error) => {
        if (!reflector.synced) this.#explain(reasonOf(error));
        if (error instanceof NotFoundError) served.abort();
        if (error instanceof ForbiddenError) this.#settled.resolve();
      },
    });
    this.#reflector = reflector;
    this.#members.hold([]);
    this.#why = notListedYet;
    const scope = AbortSignal.any([signal, served.signal]);
    reflector.whenSynced(scope).then(
      () => {
        this.#settled.resolve();
        onChange(undefined);
      },
      () => undefined,
    );
    await reflector.run(scope);
    if (signal.aborted) return;
    this.#reflector = undefined;
    client.invalidateDiscovery();
    this.#explain('this hub serves it no more');
  }

  /** Why nobody can say what profiles there are; told only when it is another reason, so that waiting costs nothing. */
  #explain(why: string): void {
    if (why === this.#why) return;
    this.#why = why;
    this.#options.onChange(undefined);
  }
}

function* readable(
  entries: Iterable<readonly [string, ClusterProfile | AccessError]>,
): IterableIterator<ClusterProfile> {
  for (const [, value] of entries) if (!(value instanceof AccessError)) yield value;
}

function readProfile(object: unknown): ClusterProfile | AccessError {
  try {
    return readClusterProfile(object);
  } catch (error) {
    if (error instanceof AccessError) return error;
    throw error;
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof KubeError) return error.status.message;
  return error instanceof Error ? error.message : 'unknown error';
}

export function profileKey(reference: { readonly namespace: string; readonly name: string }): string {
  return objectKey(reference);
}
