import { apiVersion, type GroupVersionKind, interned } from '../api/index.ts';
import { jsonObject } from './answer-shape.ts';
import type { Answer, Call } from './caller.ts';
import { untilAborted } from './deadline.ts';
import { fromAggregated, fromLegacy, legacyVersions } from './discovery-documents.ts';
import {
  type CallContext,
  NoMatchError,
  NotFoundError,
  ProtocolError,
  ServerError,
  TimeoutError,
} from './errors.ts';
import type { Resource } from './resource.ts';

export type DiscoveryCall = (context: CallContext, call: Call) => Promise<Answer>;

/** KEP-3352: the whole API in one answer for /api and one for /apis. The last entry is what older servers understand. */
const aggregatedAccept = [
  'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList',
  'application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList',
  'application/json',
].join(',');

/** What was read is believed for this long; client-go's disk cache does the same. */
const validForMs = 600_000;
/** A kind that was missing a moment ago is not asked for again. */
const missingForMs = 1_000;

type ServedResources = ReadonlyMap<string, Resource>;

interface Reading {
  readonly startedAt: number;
  readonly served: ServedResources;
}

/**
 * What one API server serves: read once, and again when somebody misses a kind, says that it changed, or it has become
 * old. Concurrent readers share one read; kinds that are known do not wait for it.
 */
export class Discovery {
  readonly #cluster: string;
  readonly #call: DiscoveryCall;
  readonly #now: () => number;
  #last: Reading | undefined;
  #reading: Promise<Reading> | undefined;

  /** `now` is in milliseconds and never jumps. */
  constructor(cluster: string, call: DiscoveryCall, now: () => number) {
    this.#cluster = cluster;
    this.#call = call;
    this.#now = now;
  }

  /** Throws NoMatchError where the server does not serve the kind. The signal ends the wait, not the read. */
  async resourceFor(kind: GroupVersionKind, signal?: AbortSignal): Promise<Resource> {
    const known = this.#younger(validForMs)?.served.get(kindKey(kind));
    if (known !== undefined) return known;
    const { served } = this.#younger(missingForMs) ?? (await untilAborted(this.#read(), signal));
    const found = served.get(kindKey(kind));
    if (found !== undefined) return found;
    const resource = kind.group === '' ? kind.kind : `${kind.kind}.${kind.group}`;
    throw new NoMatchError(this.#context(resource), {
      message: `no matches for kind "${kind.kind}" in version "${apiVersion(kind)}"`,
    });
  }

  /** Every served resource, as of the last read. */
  async resources(signal?: AbortSignal): Promise<readonly Resource[]> {
    const { served } = this.#younger(validForMs) ?? (await untilAborted(this.#read(), signal));
    return [...served.values()];
  }

  /** What was read before, and a read that is under way, count no more. */
  invalidate(): void {
    this.#last = undefined;
    this.#reading = undefined;
  }

  #younger(maxAgeMs: number): Reading | undefined {
    const last = this.#last;
    return last !== undefined && this.#now() - last.startedAt <= maxAgeMs ? last : undefined;
  }

  #read(): Promise<Reading> {
    if (this.#reading !== undefined) return this.#reading;
    const reading = this.#readAll();
    this.#reading = reading;
    const settle = (last: Reading | undefined): void => {
      if (this.#reading !== reading) return;
      this.#reading = undefined;
      this.#last = last ?? this.#last;
    };
    reading.then(settle, () => settle(undefined));
    return reading;
  }

  async #readAll(): Promise<Reading> {
    const startedAt = this.#now();
    const documents = await Promise.all([this.#document('/api'), this.#document('/apis')]);
    return { startedAt, served: new Map(documents.flat().map((resource) => [kindKey(resource), resource])) };
  }

  async #document(path: '/api' | '/apis'): Promise<readonly Resource[]> {
    const body = await this.#json(path, aggregatedAccept);
    const aggregated = fromAggregated(body);
    if (aggregated !== undefined) return aggregated;
    const versions = legacyVersions(body);
    if (versions === undefined) {
      throw new ProtocolError(this.#context(path), {
        message: 'the answer is no discovery document; this is not a Kubernetes API server',
      });
    }
    const lists = await Promise.all(versions.map((gv) => this.#legacyDocument(gv)));
    return lists.flat();
  }

  /** A group whose own server is down hides only its own kinds. */
  async #legacyDocument(gv: string): Promise<readonly Resource[]> {
    try {
      return fromLegacy(gv, await this.#json(gv.includes('/') ? `/apis/${gv}` : `/api/${gv}`));
    } catch (error) {
      const isGroupDown =
        error instanceof ServerError || error instanceof NotFoundError || error instanceof TimeoutError;
      if (isGroupDown) return [];
      throw error;
    }
  }

  async #json(path: string, accept?: string): Promise<unknown> {
    const context = this.#context(path);
    const call: Call = { method: 'GET', path, accept, repeatable: true, compressed: true };
    return jsonObject(context, (await this.#call(context, call)).text);
  }

  #context(resource: string): CallContext {
    return { cluster: this.#cluster, verb: 'discover', resource };
  }
}

function kindKey({ group, version, kind }: GroupVersionKind): string {
  return interned(`${group}/${version}/${kind}`);
}
