import { type KubeObject, objectKey } from '../../../api/index.ts';
import { mergePatch } from '../../../controller/index.ts';
import {
  type Clock,
  ForbiddenError,
  InvalidError,
  type KubeClient,
  type Resource,
} from '../../../kube/index.ts';
import { type Child, isAsWanted, readChild } from './child.ts';

/** What became of the wish. */
export type Written =
  | { readonly is: 'there'; readonly child: Child }
  /** Somebody undoes it again and again; it is left as it is for a while. */
  | { readonly is: 'contended'; readonly child: Child }
  /** The hub understood it and will not have it; the same wish is not sent again soon. */
  | { readonly is: 'refused'; readonly message: string };

interface Memory {
  /** The wish, as it was sent. */
  readonly wanted: string;
  /** The version that it was sent over; undefined: there was none. */
  readonly over: string | undefined;
  readonly written: Exclude<Written, { readonly is: 'contended' }>;
  readonly at: number;
  /** How often the same was sent shortly before. */
  readonly repeats: number;
}

/** Whoever edits by hand does not edit so often. */
const mostRepeats = 5;

/** For how long a write counts: watches are seconds late at most, and quarrels go on faster. */
const memoryMs = 60_000;

/**
 * Makes ScaledObjects what they must be: by server-side apply, which leaves the fields of others alone, and a patch for
 * what others have added to the spec. It writes where something differs, and nothing twice: what the hub itself changes
 * in a wish, or leaves out because its KEDA is older, is no difference.
 */
export class ScaledObjectWriter {
  readonly #client: KubeClient;
  readonly #fieldManager: string;
  readonly #clock: Clock;
  readonly #memory = new Map<string, Memory>();

  constructor(client: KubeClient, fieldManager: string, clock: Clock) {
    this.#client = client;
    this.#fieldManager = fieldManager;
    this.#clock = clock;
  }

  /** `seen` is what a watch or a read has shown. Throws KubeError. */
  async write(
    resource: Resource,
    wanted: KubeObject,
    seen: Child | undefined,
    signal: AbortSignal,
  ): Promise<Written> {
    if (seen !== undefined && isAsWanted(seen, wanted)) return { is: 'there', child: seen };
    const key = objectKey(wanted.metadata);
    const wish = JSON.stringify(wanted);
    const known = this.#remembered(key, wish, seen);
    if (known !== undefined) return known;
    const last = this.#memory.get(key);
    const written = await this.#send(resource, wanted, signal);
    const at = this.#clock.monotonic();
    const isRepeated = last?.wanted === wish && at - last.at < memoryMs;
    const repeats = isRepeated ? last.repeats + 1 : 0;
    this.#memory.set(key, { wanted: wish, over: seen?.resourceVersion, written, at, repeats });
    return written;
  }

  /** It is gone: whatever was written is to be written again. */
  forget(key: string): void {
    this.#memory.delete(key);
  }

  #remembered(key: string, wish: string, seen: Child | undefined): Written | undefined {
    const memory = this.#memory.get(key);
    if (memory === undefined || memory.wanted !== wish) return undefined;
    const { written, over, at, repeats } = memory;
    const isRecent = this.#clock.monotonic() - at < memoryMs;
    const isUnseen = isRecent && seen?.resourceVersion === over;
    if (written.is === 'refused') return isUnseen ? written : undefined;
    // That there is none comes from the hub itself, and needs a new one.
    if (seen === undefined) return undefined;
    // The watch has not shown the write yet.
    if (isUnseen) return written;
    // It is what the hub made of the wish.
    if (isAsWanted(seen, resultOf(written.child, wish))) return { is: 'there', child: seen };
    return isRecent && repeats >= mostRepeats ? { is: 'contended', child: seen } : undefined;
  }

  async #send(resource: Resource, wanted: KubeObject, signal: AbortSignal): Promise<Memory['written']> {
    try {
      const applied = await this.#client.apply(resource, wanted, { force: true, signal });
      return {
        is: 'there',
        child: readChild(await this.#withoutAdditions(resource, wanted, applied, signal), this.#fieldManager),
      };
    } catch (error) {
      const isRefusal =
        error instanceof InvalidError ||
        (error instanceof ForbiddenError && error.status.message.startsWith('admission webhook '));
      if (!isRefusal) throw error;
      return { is: 'refused', message: error.status.message };
    }
  }

  /** An apply leaves what others have added to the spec. */
  async #withoutAdditions(
    resource: Resource,
    wanted: KubeObject,
    applied: KubeObject,
    signal: AbortSignal,
  ): Promise<KubeObject> {
    const spec = mergePatch(applied['spec'], wanted['spec']);
    if (spec === undefined) return applied;
    const { name, namespace, resourceVersion } = applied.metadata;
    const body = { metadata: { resourceVersion }, spec };
    return this.#client.patch(resource, { namespace, name }, 'merge', body, { signal });
  }
}

/** The wish with the spec that the hub made of it. */
function resultOf(child: Child, wish: string): KubeObject {
  return { ...(JSON.parse(wish) as KubeObject), spec: child.spec };
}
