import { isRecord, type KubeObject } from '../../api/index.ts';
import {
  AlreadyExistsError,
  type Clock,
  type KubeClient,
  NoMatchError,
  NotFoundError,
  Reflector,
  resources,
} from '../../kube/index.ts';
import { drainedAliases } from './drain.ts';
import { incompleteClusters, unknownYet } from './incomplete-clusters.ts';
import type { AwaitedSource } from './member.ts';
import { type MemberNews, memberNews } from './member-news.ts';
import type { Members } from './members.ts';
import { clustersPatch, type StatusClusters } from './status-clusters.ts';

/** The object that the members are told on, as far as events need it. */
export interface ConfigurationReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

export interface MemberStatusOptions {
  readonly client: KubeClient;
  readonly namespace: string;
  readonly members: Pick<Members, 'isSynced' | 'awaited' | 'members' | 'aliases' | 'subscribe' | 'drain'>;
  readonly clock: Clock;
  /** Aborts when this replica must not write any more; undefined while another one writes. */
  readonly leading: () => AbortSignal | undefined;
  readonly onNews: (news: MemberNews, regarding: ConfigurationReference) => void;
  /** The definition is not served, or something failed; told again only when it is something else. */
  readonly onProblem: (problem: string) => void;
}

interface Configuration {
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly clusters: StatusClusters | undefined;
  /** What hinders sources, by provider. */
  readonly unread: Readonly<Record<string, unknown>>;
  readonly drained: ReadonlySet<string>;
}

/** What is wrong is mended, and what ends soon is told, this often, without anybody's change. */
const tickMs = 15_000;
/** A burst of changes becomes one write. */
const betweenWritesMs = 1_000;
const absentRetryMs = 15_000;
const defaultName = 'kedify';

/**
 * Shows the members in the status of the KedifyConfiguration of the operator's namespace, writes nothing else of it, and
 * takes from its annotations who is to be drained. Where there is none, it makes one; where the hub does not serve the
 * kind, nothing depends on it.
 */
export class MemberStatus {
  readonly #options: MemberStatusOptions;
  #reflector: Reflector<Configuration> | undefined;
  /** As our last write left it, until the watch has seen it. */
  #written: Configuration | undefined;
  /** What was last written of sources that could not be read. */
  #unread = '';
  #news = Promise.withResolvers<void>();
  /** It was told who is to be drained. */
  #hasDrained = false;

  constructor(options: MemberStatusOptions) {
    this.#options = options;
  }

  /** Runs until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const unsubscribe = this.#options.members.subscribe(() => this.#news.resolve());
    try {
      await Promise.all([this.#watch(signal), this.#write(signal)]);
    } finally {
      unsubscribe();
    }
  }

  async #watch(signal: AbortSignal): Promise<void> {
    const { client, clock, onProblem } = this.#options;
    while (!signal.aborted) {
      try {
        await client.resourceFor(resources.kedifyConfigurations, { signal });
        await this.#reflect(signal);
      } catch (error) {
        if (signal.aborted) return;
        // Where there are no such objects nobody is drained by one; where they cannot be read nobody knows.
        if (error instanceof NoMatchError && !this.#hasDrained) this.#drain();
        onProblem(
          error instanceof NoMatchError
            ? 'this hub does not serve KedifyConfigurations (install.kedify.io/v1alpha1), so that no status tells of the members'
            : messageOf(error),
        );
      }
      await clock.sleep(absentRetryMs, signal).catch(() => undefined);
    }
  }

  /** Until the kind is taken away again. */
  async #reflect(signal: AbortSignal): Promise<void> {
    const { client, namespace, clock, onProblem } = this.#options;
    const served = new AbortController();
    const reflector = new Reflector<Configuration>({
      client,
      resource: resources.kedifyConfigurations,
      namespace,
      clock,
      project: configurationOf,
      onChange: () => {
        if (reflector.synced) this.#drain();
        this.#news.resolve();
      },
      onFailure: (error) => {
        if (!reflector.synced) onProblem(messageOf(error));
        if (error instanceof NotFoundError) served.abort();
      },
    });
    this.#reflector = reflector;
    const scope = AbortSignal.any([signal, served.signal]);
    reflector.whenSynced(scope).then(
      () => {
        this.#drain();
        this.#news.resolve();
      },
      () => undefined,
    );
    await reflector.run(scope);
    this.#reflector = undefined;
    client.invalidateDiscovery();
  }

  #drain(): void {
    this.#hasDrained = true;
    this.#options.members.drain(this.#chosen()?.drained ?? new Set());
  }

  async #write(signal: AbortSignal): Promise<void> {
    const { clock, onProblem } = this.#options;
    while (!signal.aborted) {
      await this.#newsOrTick(signal);
      if (signal.aborted) return;
      this.#news = Promise.withResolvers();
      try {
        await this.#update(signal);
      } catch (error) {
        if (!signal.aborted) onProblem(messageOf(error));
      }
      await clock.sleep(betweenWritesMs, signal).catch(() => undefined);
    }
  }

  async #newsOrTick(signal: AbortSignal): Promise<void> {
    const over = new AbortController();
    const onAbort = (): void => over.abort();
    signal.addEventListener('abort', onAbort, { once: true });
    await Promise.race([
      this.#news.promise,
      this.#options.clock.sleep(tickMs, over.signal).catch(() => undefined),
    ]);
    signal.removeEventListener('abort', onAbort);
    over.abort();
  }

  async #update(signal: AbortSignal): Promise<void> {
    const { members, leading } = this.#options;
    if (this.#reflector?.synced !== true) return;
    // Who only takes its time will have told before anybody looks.
    if (!members.isSynced && members.awaited.every(({ why }) => why === undefined)) return;
    const lead = leading();
    if (lead === undefined) return;
    const chosen = this.#chosen() ?? (await this.#create(AbortSignal.any([signal, lead])));
    await this.#publish(chosen, AbortSignal.any([signal, lead]));
  }

  async #publish(configuration: Configuration, signal: AbortSignal): Promise<void> {
    const { client, namespace, members, clock, onNews } = this.#options;
    const now = clock.now();
    const before = configuration.clusters ?? {};
    const given = { before, members: members.members, awaited: members.isSynced ? [] : members.awaited, now };
    const clusters = clustersPatch(before, incompleteClusters(given));
    const unread = this.#unreadPatch(configuration, given.awaited);
    if (clusters === undefined && unread === undefined) return;
    const kept = unknownYet(given);
    const news = memberNews({
      ...given,
      before: Object.fromEntries(Object.entries(before).filter(([key]) => !Object.hasOwn(kept, key))),
      aliases: members.aliases,
    });
    const { name, uid } = configuration;
    const body = { metadata: { uid }, status: { multiClusterStatus: { clusters, unread } } };
    const options = { signal, subresource: 'status' } as const;
    const target = { namespace, name };
    this.#written = configurationOf(
      await client.patch(resources.kedifyConfigurations, target, 'merge', body, options),
    );
    const { apiVersion, kind } = kindOfConfiguration;
    this.#unread = textOf(uid, given.awaited);
    for (const one of news) onNews(one, { apiVersion, kind, namespace, name, uid });
  }

  /** The definition of somebody else has no such field: what it dropped is not written again and again. */
  #unreadPatch(
    { uid, unread }: Configuration,
    awaited: readonly AwaitedSource[],
  ): Readonly<Record<string, unknown>> | undefined {
    const wanted = new Map(
      awaited.flatMap(({ provider, why }) => (why === undefined ? [] : [[provider as string, why] as const])),
    );
    const gone = Object.keys(unread).filter((provider) => !wanted.has(provider));
    const isTold = [...wanted].every(([provider, why]) => unread[provider] === why);
    if (gone.length === 0 && (isTold || this.#unread === textOf(uid, awaited))) return undefined;
    return { ...Object.fromEntries(gone.map((provider) => [provider, null])), ...Object.fromEntries(wanted) };
  }

  async #create(signal: AbortSignal): Promise<Configuration> {
    const { client, namespace } = this.#options;
    const target = { namespace, name: defaultName };
    try {
      const object = { ...kindOfConfiguration, metadata: target, spec: {} };
      this.#written = configurationOf(
        await client.create(resources.kedifyConfigurations, object, { signal }),
      );
    } catch (error) {
      if (!(error instanceof AlreadyExistsError)) throw error;
      this.#written = configurationOf(await client.get(resources.kedifyConfigurations, target, { signal }));
    }
    return this.#written;
  }

  /** The first that tells of members, as whoever lists them looks for it; else the first. */
  #chosen(): Configuration | undefined {
    const all = [...(this.#reflector?.store.entries() ?? [])]
      .map(([, configuration]) => this.#newer(configuration))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    return all.find(({ clusters }) => clusters !== undefined) ?? all[0];
  }

  #newer(seen: Configuration): Configuration {
    const written = this.#written;
    if (written === undefined || written.uid !== seen.uid) return seen;
    return Number(seen.resourceVersion) >= Number(written.resourceVersion) ? seen : written;
  }
}

const kindOfConfiguration = { apiVersion: 'install.kedify.io/v1alpha1', kind: 'KedifyConfiguration' };

function configurationOf(object: KubeObject): Configuration {
  const { name, uid = '', resourceVersion = '', annotations } = object.metadata;
  const { status } = object;
  const multi = isRecord(status) ? status['multiClusterStatus'] : undefined;
  const clusters = isRecord(multi) && isRecord(multi['clusters']) ? multi['clusters'] : undefined;
  return {
    name,
    uid,
    resourceVersion,
    clusters: clusters as StatusClusters | undefined,
    unread: isRecord(multi) && isRecord(multi['unread']) ? multi['unread'] : {},
    drained: drainedAliases(annotations),
  };
}

function textOf(uid: string, awaited: readonly AwaitedSource[]): string {
  return JSON.stringify([uid, awaited]);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : 'unknown error';
}
