import { groupVersionKind, isRecord, type KubeObject } from '../../api/index.ts';
import { type Clock, type KubeClient, type Resource } from '../../kube/index.ts';
import type { WorkloadReference } from '../workload/workload.ts';

export interface HubRivalsOptions {
  readonly client: KubeClient;
  readonly clock: Clock;
  /** What is known for the user has changed. */
  readonly onChange: (user: string) => void;
}

/** What is known of the autoscalers of a workload: nobody has answered yet, there is none, or its name. */
export type HubRival =
  | { readonly found: 'unknown' | 'none' }
  | { readonly found: 'rival'; readonly name: string };

interface Rival {
  readonly name: string;
  readonly target: WorkloadReference;
  /** Of the workload that it scales; undefined until that was asked for, or where nobody may tell. */
  uid?: string | undefined;
  isAsked: boolean;
}

interface Asked {
  /** By kind and name of what they scale; undefined until the first answer. */
  rivals: ReadonlyMap<string, Rival> | undefined;
  /** Who wants to know. */
  readonly users: Set<string>;
  isUnderWay: boolean;
  /** When it was answered and used last, in monotonic milliseconds. */
  at: number;
  usedAt: number;
}

const horizontalPodAutoscalers: Resource = {
  group: 'autoscaling',
  version: 'v2',
  kind: 'HorizontalPodAutoscaler',
  plural: 'horizontalpodautoscalers',
  namespaced: true,
};
const keptMs = 60_000;
/** What is no member by the name of the hub is rarely the hub. */
const keptForOthersMs = 600_000;
const forgottenMs = 2 * keptForOthersMs;
const callTimeoutMs = 5_000;

/**
 * Autoscalers of the hub that scale a workload which the hub runs as a member, under whatever name: they would undo every
 * number. Each namespace is asked for them once a minute as long as the hub is a member there, and rarely elsewhere.
 */
export class HubRivals {
  readonly #options: HubRivalsOptions;
  readonly #byNamespace = new Map<string, Asked>();
  readonly #life = new AbortController();

  constructor(options: HubRivalsOptions) {
    this.#options = options;
  }

  /** Namespaces that somebody wants to know of. */
  get size(): number {
    return this.#byNamespace.size;
  }

  /** The rival of a workload that runs on the hub. */
  ofHub(user: string, workload: WorkloadReference): HubRival {
    const { rivals } = this.#look(user, workload, keptMs);
    if (rivals === undefined) return { found: 'unknown' };
    const rival = rivals.get(targetKey(workload));
    return rival === undefined ? { found: 'none' } : { found: 'rival', name: rival.name };
  }

  /** That of a workload with this uid: a member may be the hub under another name. */
  ofWorkload(user: string, workload: WorkloadReference, uid: string): HubRival {
    const rival = this.#look(user, workload, keptForOthersMs).rivals?.get(targetKey(workload));
    if (rival === undefined) return { found: 'none' };
    if (!rival.isAsked) void this.#identify(rival);
    return rival.uid === uid ? { found: 'rival', name: rival.name } : { found: 'none' };
  }

  close(): void {
    this.#life.abort();
    this.#byNamespace.clear();
  }

  #look(user: string, { namespace }: WorkloadReference, kept: number): Asked {
    const now = this.#options.clock.monotonic();
    const asked = this.#byNamespace.get(namespace) ?? {
      rivals: undefined,
      users: new Set<string>(),
      isUnderWay: false,
      at: Number.NEGATIVE_INFINITY,
      usedAt: now,
    };
    this.#byNamespace.set(namespace, asked);
    asked.users.add(user);
    asked.usedAt = now;
    if (now - asked.at >= kept && !asked.isUnderWay) void this.#ask(namespace, asked);
    return asked;
  }

  async #ask(namespace: string, asked: Asked): Promise<void> {
    const { client, clock } = this.#options;
    const { signal } = this.#life;
    asked.isUnderWay = true;
    const before = asked.rivals;
    try {
      const options = { namespace, timeoutMs: callTimeoutMs, signal };
      const { items } = await client.list(horizontalPodAutoscalers, options);
      asked.rivals = withKnownUids(new Map(items.flatMap((object) => rivalOf(object, namespace))), before);
    } catch {
      // Who may not look finds nothing, and looks again later.
      asked.rivals ??= new Map();
    }
    asked.isUnderWay = false;
    asked.at = clock.monotonic();
    if (signal.aborted) return;
    if (!sameNames(before, asked.rivals)) this.#tell(asked);
    this.#forgetUnused();
  }

  async #identify(rival: Rival): Promise<void> {
    const { client } = this.#options;
    const { signal } = this.#life;
    rival.isAsked = true;
    try {
      const resource = await client.resourceFor(groupVersionKind(rival.target), { signal });
      const options = { metadataOnly: true, timeoutMs: callTimeoutMs, signal };
      const { metadata } = await client.get(resource, rival.target, options);
      rival.uid = metadata.uid;
    } catch {
      // It is asked again with the next list that has it.
    }
    const asked = this.#byNamespace.get(rival.target.namespace);
    if (rival.uid !== undefined && asked !== undefined && !signal.aborted) this.#tell(asked);
  }

  #tell({ users }: Asked): void {
    const all = [...users];
    // Whoever still wants to know looks again.
    users.clear();
    for (const user of all) this.#options.onChange(user);
  }

  #forgetUnused(): void {
    const now = this.#options.clock.monotonic();
    for (const [namespace, { usedAt, isUnderWay }] of this.#byNamespace)
      if (now - usedAt >= forgottenMs && !isUnderWay) this.#byNamespace.delete(namespace);
  }
}

function targetKey({ kind, name }: Pick<WorkloadReference, 'kind' | 'name'>): string {
  return `${kind}/${name}`;
}

function rivalOf({ metadata, spec }: KubeObject, namespace: string): readonly (readonly [string, Rival])[] {
  const target = isRecord(spec) ? spec['scaleTargetRef'] : undefined;
  if (!isRecord(target)) return [];
  const { apiVersion = 'apps/v1', kind, name } = target;
  if (typeof kind !== 'string' || typeof name !== 'string' || typeof apiVersion !== 'string') return [];
  const workload = { apiVersion, kind, namespace, name };
  return [[targetKey(workload), { name: metadata.name, target: workload, isAsked: false }]];
}

/** A workload may have been made anew: it is asked for again, and is what it was until then. */
function withKnownUids(
  rivals: ReadonlyMap<string, Rival>,
  before: ReadonlyMap<string, Rival> | undefined,
): ReadonlyMap<string, Rival> {
  for (const [key, rival] of rivals) rival.uid = before?.get(key)?.uid;
  return rivals;
}

function sameNames(a: ReadonlyMap<string, Rival> | undefined, b: ReadonlyMap<string, Rival>): boolean {
  return a?.size === b.size && [...b].every(([target, { name }]) => a.get(target)?.name === name);
}
