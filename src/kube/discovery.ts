import { z } from 'zod';
import { apiVersion, type GroupVersionKind } from '../api/index.ts';
import type { Answer, Call } from './caller.ts';
import { type CallContext, NoMatchError, ProtocolError } from './errors.ts';
import type { Resource } from './resource.ts';

/** KEP-3352: the whole API in one answer for /api and one for /apis. The last entry is what older servers understand. */
const aggregatedAccept = [
  'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList',
  'application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList',
  'application/json',
].join(',');

export type DiscoveryCall = (
  context: Omit<CallContext, 'cluster'>,
  call: Call,
  signal: AbortSignal | undefined,
) => Promise<Answer>;

/**
 * What one API server serves, read once and kept until somebody misses a kind or says that it changed. Concurrent
 * readers share one read. A kind that was missing a moment ago is not asked for again within `missingForMs`.
 */
export class Discovery {
  readonly #call: DiscoveryCall;
  readonly #cluster: string;
  readonly #now: () => number;
  #reading: Promise<ServedResources> | undefined;
  #readAt = Number.NEGATIVE_INFINITY;
  #stale = true;

  constructor(cluster: string, call: DiscoveryCall, now: () => number) {
    this.#cluster = cluster;
    this.#call = call;
    this.#now = now;
  }

  async resourceFor(kind: GroupVersionKind, signal?: AbortSignal): Promise<Resource> {
    const known = this.#stale ? undefined : (await this.#served(signal)).get(kindKey(kind));
    if (known !== undefined) return known;
    const missingForMs = 1_000;
    if (this.#stale || this.#now() - this.#readAt > missingForMs) this.#reading = undefined;
    const found = (await this.#served(signal)).get(kindKey(kind));
    if (found !== undefined) return found;
    const context = { cluster: this.#cluster, verb: 'discover', resource: `${kind.kind}.${kind.group}` };
    throw new NoMatchError(context, {
      message: `no matches for kind "${kind.kind}" in version "${apiVersion(kind)}"`,
    });
  }

  /** Every served resource, as of the last read. */
  async resources(signal?: AbortSignal): Promise<readonly Resource[]> {
    if (this.#stale) this.#reading = undefined;
    return [...(await this.#served(signal)).values()];
  }

  invalidate(): void {
    this.#stale = true;
  }

  /** Not bound to the caller's signal where others share the read; a call's own deadline ends it. */
  async #served(signal: AbortSignal | undefined): Promise<ServedResources> {
    signal?.throwIfAborted();
    if (this.#reading !== undefined) return this.#reading;
    this.#stale = false;
    this.#readAt = this.#now();
    const reading = this.#read();
    this.#reading = reading;
    reading.catch(() => {
      if (this.#reading === reading) this.#reading = undefined;
      this.#stale = true;
    });
    return reading;
  }

  async #read(): Promise<ServedResources> {
    const [core, groups] = await Promise.all([this.#document('/api'), this.#document('/apis')]);
    const served: Map<string, Resource> = new Map();
    for (const document of [core, groups]) {
      for (const resource of document) served.set(kindKey(resource), resource);
    }
    return served;
  }

  async #document(path: '/api' | '/apis'): Promise<readonly Resource[]> {
    const body = await this.#json(path, aggregatedAccept);
    const aggregated = aggregatedList.safeParse(body);
    if (aggregated.success) return fromAggregated(aggregated.data);
    const versions = legacyVersions(path, body);
    if (versions === undefined) {
      throw new ProtocolError(
        { cluster: this.#cluster, verb: 'discover', resource: path },
        { message: 'the answer is no discovery document; this is not a Kubernetes API server' },
      );
    }
    // A group whose own server is down hides only its own kinds.
    const lists = await Promise.allSettled(
      versions.map(async (gv) => fromLegacy(gv, await this.#json(legacyPath(gv)))),
    );
    return lists.flatMap((list) => (list.status === 'fulfilled' ? list.value : []));
  }

  async #json(path: string, accept?: string): Promise<unknown> {
    const context = { verb: 'discover', resource: path };
    const answer = await this.#call(
      context,
      { method: 'GET', path, accept, repeatable: true, compressed: true },
      undefined,
    );
    try {
      return JSON.parse(answer.text);
    } catch {
      throw new ProtocolError(
        { cluster: this.#cluster, ...context },
        { message: 'the answer is not JSON; this is not a Kubernetes API server' },
      );
    }
  }
}

type ServedResources = ReadonlyMap<string, Resource>;

function kindKey({ group, version, kind }: GroupVersionKind): string {
  return `${group}/${version}/${kind}`;
}

const aggregatedList = z.looseObject({
  kind: z.literal('APIGroupDiscoveryList'),
  items: z.array(
    z.looseObject({
      metadata: z.looseObject({ name: z.string().default('') }).default({ name: '' }),
      versions: z
        .array(
          z.looseObject({
            version: z.string(),
            resources: z
              .array(
                z.looseObject({
                  resource: z.string(),
                  scope: z.enum(['Cluster', 'Namespaced']),
                  responseKind: z
                    .looseObject({
                      group: z.string().default(''),
                      version: z.string().default(''),
                      kind: z.string().default(''),
                    })
                    .nullish(),
                }),
              )
              .nullish(),
          }),
        )
        .nullish(),
    }),
  ),
});

function fromAggregated(list: z.infer<typeof aggregatedList>): Resource[] {
  return list.items.flatMap((group) =>
    (group.versions ?? []).flatMap((version) =>
      (version.resources ?? []).flatMap(({ resource, scope, responseKind }) => {
        const kind = responseKind?.kind ?? '';
        if (kind === '') return [];
        return [
          {
            group: group.metadata.name,
            version: version.version,
            kind,
            plural: resource,
            namespaced: scope === 'Namespaced',
          },
        ];
      }),
    ),
  );
}

const legacyGroups = z.looseObject({
  kind: z.literal('APIGroupList'),
  groups: z.array(z.looseObject({ versions: z.array(z.looseObject({ groupVersion: z.string() })) })),
});
const legacyCore = z.looseObject({ kind: z.literal('APIVersions'), versions: z.array(z.string()) });
const legacyResources = z.looseObject({
  resources: z.array(z.looseObject({ name: z.string(), kind: z.string(), namespaced: z.boolean() })),
});

/** Servers without aggregated discovery: a document that names the group versions, then one per group version. */
function legacyVersions(path: '/api' | '/apis', body: unknown): readonly string[] | undefined {
  if (path === '/api') return legacyCore.safeParse(body).data?.versions;
  return legacyGroups
    .safeParse(body)
    .data?.groups.flatMap((group) => group.versions.map((version) => version.groupVersion));
}

function legacyPath(gv: string): string {
  return gv.includes('/') ? `/apis/${gv}` : `/api/${gv}`;
}

function fromLegacy(gv: string, body: unknown): Resource[] {
  const [group, version] = gv.includes('/') ? (gv.split('/') as [string, string]) : ['', gv];
  const list = legacyResources.safeParse(body).data?.resources ?? [];
  return list
    .filter(({ name }) => !name.includes('/'))
    .map(({ name, kind, namespaced }) => ({ group, version, kind, plural: name, namespaced }));
}
