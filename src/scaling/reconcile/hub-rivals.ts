import { isRecord, type KubeObject } from '../../api/index.ts';
import { type Clock, type KubeClient, type Resource } from '../../kube/index.ts';
import type { WorkloadReference } from '../workload/workload.ts';

export interface HubRivalsOptions {
  readonly client: KubeClient;
  readonly clock: Clock;
  /** What is known for the user has changed. */
  readonly onChange: (user: string) => void;
}

interface Known {
  /** By kind and name of what they scale. */
  readonly byTarget: ReadonlyMap<string, string>;
  /** Monotonic milliseconds. */
  readonly at: number;
}

const horizontalPodAutoscalers: Resource = {
  group: 'autoscaling',
  version: 'v2',
  kind: 'HorizontalPodAutoscaler',
  plural: 'horizontalpodautoscalers',
  namespaced: true,
};
const keptMs = 60_000;
const callTimeoutMs = 5_000;

/**
 * Autoscalers of the hub that scale a workload which the hub runs as a member: they would undo every number. Each namespace
 * is asked for them once a minute, as long as anybody wants to know.
 */
export class HubRivals {
  readonly #options: HubRivalsOptions;
  readonly #byNamespace = new Map<string, Known>();
  readonly #asking = new Set<string>();

  constructor(options: HubRivalsOptions) {
    this.#options = options;
  }

  /** The name of the rival; undefined where there is none, or where that is not known yet. */
  of(user: string, { kind, namespace, name }: WorkloadReference): string | undefined {
    const known = this.#byNamespace.get(namespace);
    const now = this.#options.clock.monotonic();
    if (known === undefined || now - known.at >= keptMs) void this.#ask(user, namespace);
    return known?.byTarget.get(`${kind}/${name}`);
  }

  async #ask(user: string, namespace: string): Promise<void> {
    if (this.#asking.has(namespace)) return;
    this.#asking.add(namespace);
    const { client, clock, onChange } = this.#options;
    const before = this.#byNamespace.get(namespace)?.byTarget;
    try {
      const { items } = await client.list(horizontalPodAutoscalers, {
        namespace,
        timeoutMs: callTimeoutMs,
      });
      const byTarget = new Map(items.flatMap((object) => targetOf(object)));
      this.#byNamespace.set(namespace, { byTarget, at: clock.monotonic() });
      if (!sameEntries(before, byTarget)) onChange(user);
    } catch {
      // Who may not look finds nothing, and looks again later.
      this.#byNamespace.set(namespace, { byTarget: before ?? new Map(), at: clock.monotonic() });
    } finally {
      this.#asking.delete(namespace);
    }
  }
}

function targetOf({ metadata, spec }: KubeObject): readonly (readonly [string, string])[] {
  const target = isRecord(spec) ? spec['scaleTargetRef'] : undefined;
  if (!isRecord(target)) return [];
  const { kind, name } = target;
  return typeof kind === 'string' && typeof name === 'string' ? [[`${kind}/${name}`, metadata.name]] : [];
}

function sameEntries(a: ReadonlyMap<string, string> | undefined, b: ReadonlyMap<string, string>): boolean {
  return a?.size === b.size && [...b].every(([target, name]) => a.get(target) === name);
}
