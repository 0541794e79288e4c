import type { GroupVersionKind, KubeObject, NamespacedName } from '../api/index.ts';
import { apiVersion } from '../api/index.ts';
import { type Answer, type Call, Caller, type CallerOptions } from './caller.ts';
import type {
  CallOptions,
  DeleteOptions,
  KubeClient,
  ListOptions,
  ObjectList,
  PatchType,
  ServerVersion,
  WatchEvent,
  WatchOptions,
  WriteOptions,
} from './client.ts';
import type { CredentialSource } from './credentials.ts';
import { systemClock, type Clock } from './clock.ts';
import { Discovery } from './discovery.ts';
import type { Endpoint } from './endpoint.ts';
import { type CallContext, GoneError, ProtocolError } from './errors.ts';
import { RequestLimiter, type RequestLimits } from './request-limiter.ts';
import { type Resource, resourceName, resourcePath } from './resource.ts';
import { unreachable } from './transport/network-error.ts';
import { watchLines } from './watch-lines.ts';

export interface KubeClientOptions {
  readonly cluster: string;
  readonly endpoint: Endpoint;
  readonly credentials: CredentialSource;
  /** Default 100 requests per second, burst 200, 32 in flight. */
  readonly limits?: RequestLimits | undefined;
  /** Who writes, in managedFields. Default `wheelwright`. */
  readonly fieldManager?: string | undefined;
  readonly userAgent?: string | undefined;
  /** Deadline of a call that names none, in milliseconds. Default 10 s. */
  readonly timeoutMs?: number | undefined;
  readonly clock?: Clock | undefined;
  readonly transport?: CallerOptions['transport'];
  readonly onRequest?: CallerOptions['onRequest'];
}

/** Objects per page of a list: about 5 ms of parsing. */
const pageSize = 500;
/** Pages of one list before it is taken for a server that never ends. */
const mostPages = 2_000;
/** For the headers of a watch; its body may be silent for as long as it likes. */
const watchOpenTimeoutMs = 30_000;

const patchTypes: Readonly<Record<PatchType, string>> = {
  merge: 'application/merge-patch+json',
  json: 'application/json-patch+json',
  strategic: 'application/strategic-merge-patch+json',
};

export function createKubeClient(options: KubeClientOptions): KubeClient {
  return new HttpKubeClient(options);
}

class HttpKubeClient implements KubeClient {
  readonly cluster: string;
  readonly #caller: Caller;
  readonly #discovery: Discovery;
  readonly #timeoutMs: number;
  readonly #fieldManager: string;

  constructor(options: KubeClientOptions) {
    const clock = options.clock ?? systemClock;
    this.cluster = options.cluster;
    this.#timeoutMs = options.timeoutMs ?? 10_000;
    this.#fieldManager = options.fieldManager ?? 'wheelwright';
    this.#caller = new Caller({
      cluster: options.cluster,
      endpoint: options.endpoint,
      credentials: options.credentials,
      limiter: new RequestLimiter(
        options.limits ?? { requestsPerSecond: 100, burst: 200, inFlight: 32 },
        clock,
      ),
      clock,
      userAgent: options.userAgent ?? 'wheelwright',
      transport: options.transport,
      onRequest: options.onRequest,
    });
    this.#discovery = new Discovery(
      options.cluster,
      (context, call, signal) => this.#call({ cluster: this.cluster, ...context }, call, { signal }),
      () => clock.monotonic(),
    );
  }

  async get<T extends KubeObject>(
    resource: Resource,
    name: NamespacedName,
    options: CallOptions & {
      readonly subresource?: 'status' | 'scale';
      readonly metadataOnly?: boolean;
    } = {},
  ): Promise<T> {
    const context = this.#context('get', resource, name);
    const path = resourcePath(resource, { ...name, subresource: options.subresource });
    const accept = options.metadataOnly === true ? metadataAccept('PartialObjectMetadata') : undefined;
    return this.#object(
      context,
      await this.#call(context, { method: 'GET', path, accept, repeatable: true }, options),
    );
  }

  async list<T extends KubeObject>(resource: Resource, options: ListOptions = {}): Promise<ObjectList<T>> {
    const context = this.#context('list', resource, { namespace: options.namespace });
    const items: T[] = [];
    let next: Record<string, string> = {};
    for (let page = 0; page < mostPages; page++) {
      const query = {
        ...listQuery(options),
        limit: String(Math.min(pageSize, (options.limit ?? Infinity) - items.length)),
        ...next,
      };
      const list = await this.#page<T>(context, resource, options, query).catch((error: unknown) => {
        // The snapshot behind the continue token is gone: one unpaged list is the only consistent answer left.
        if (!(error instanceof GoneError) || page === 0) throw error;
        items.length = 0;
        return this.#page<T>(context, resource, options, listQuery(options));
      });
      items.push(...list.items);
      const more = list.continue;
      if (more === '' || items.length >= (options.limit ?? Infinity))
        return { items, resourceVersion: list.resourceVersion };
      // A continue token carries its own resourceVersion; the server refuses both.
      next = { continue: more, resourceVersion: '' };
    }
    throw new ProtocolError(context, { message: `the list does not end after ${mostPages} pages` });
  }

  async create<T extends KubeObject>(
    resource: Resource,
    object: KubeObject,
    options: WriteOptions = {},
  ): Promise<T> {
    const { namespace } = object.metadata;
    const context = this.#context('create', resource, object.metadata);
    const path =
      resourcePath(resource, { namespace, subresource: options.subresource }) + this.#writeQuery(options);
    return this.#object(
      context,
      await this.#call(
        context,
        { method: 'POST', path, body: JSON.stringify(object), repeatable: false },
        options,
      ),
    );
  }

  async update<T extends KubeObject>(
    resource: Resource,
    object: KubeObject,
    options: WriteOptions = {},
  ): Promise<T> {
    const context = this.#context('update', resource, object.metadata);
    const path = this.#objectPath(resource, object.metadata, options);
    // Without a resourceVersion a repeated PUT could undo what somebody wrote in between.
    const repeatable = object.metadata.resourceVersion !== undefined;
    return this.#object(
      context,
      await this.#call(context, { method: 'PUT', path, body: JSON.stringify(object), repeatable }, options),
    );
  }

  async apply<T extends KubeObject>(
    resource: Resource,
    object: KubeObject,
    options: WriteOptions & { readonly force?: boolean } = {},
  ): Promise<T> {
    const context = this.#context('apply', resource, object.metadata);
    const path = this.#objectPath(
      resource,
      object.metadata,
      options,
      options.force === true ? { force: 'true' } : {},
    );
    const call: Call = {
      method: 'PATCH',
      path,
      contentType: 'application/apply-patch+yaml',
      accept: options.metadataOnly === true ? metadataAccept('PartialObjectMetadata') : undefined,
      body: JSON.stringify(object),
      repeatable: true,
    };
    return this.#object(context, await this.#call(context, call, options));
  }

  async patch<T extends KubeObject>(
    resource: Resource,
    name: NamespacedName,
    type: PatchType,
    body: unknown,
    options: WriteOptions = {},
  ): Promise<T> {
    const context = this.#context('patch', resource, name);
    const path = this.#objectPath(resource, name, options);
    const call: Call = {
      method: 'PATCH',
      path,
      contentType: patchTypes[type],
      body: JSON.stringify(body),
      repeatable: type === 'merge',
    };
    return this.#object(context, await this.#call(context, call, options));
  }

  async delete(
    resource: Resource,
    name: NamespacedName,
    options: DeleteOptions = {},
  ): Promise<Readonly<Record<string, unknown>>> {
    const context = this.#context('delete', resource, name);
    const preconditions = {
      ...optional('uid', options.uid),
      ...optional('resourceVersion', options.resourceVersion),
    };
    const body = {
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      ...optional('propagationPolicy', options.propagation),
      ...(Object.keys(preconditions).length === 0 ? {} : { preconditions }),
      ...(options.dryRun === true ? { dryRun: ['All'] } : {}),
    };
    const path = resourcePath(resource, name);
    return this.#json(
      context,
      await this.#call(
        context,
        { method: 'DELETE', path, body: JSON.stringify(body), repeatable: true },
        options,
      ),
    );
  }

  async *watch(resource: Resource, options: WatchOptions, signal: AbortSignal): AsyncGenerator<WatchEvent> {
    const context = this.#context('watch', resource, { namespace: options.namespace });
    const path = resourcePath(resource, { namespace: options.namespace }) + queryString(watchQuery(options));
    const accept = options.metadataOnly === true ? metadataAccept('PartialObjectMetadata') : undefined;
    const call: Call = { method: 'GET', path, accept, repeatable: true };
    const body = await this.#caller.stream(context, call, { signal, timeoutMs: watchOpenTimeoutMs });
    try {
      for await (const event of watchLines(body as AsyncIterable<Buffer>)) yield event as WatchEvent;
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      throw error instanceof SyntaxError
        ? new ProtocolError(context, { message: `a watch event is not JSON: ${error.message}` })
        : unreachable(context, error);
    } finally {
      body.destroy();
    }
  }

  async resourceFor(kind: GroupVersionKind, options: CallOptions = {}): Promise<Resource> {
    return this.#discovery.resourceFor(kind, options.signal);
  }

  async resources(options: CallOptions = {}): Promise<readonly Resource[]> {
    return this.#discovery.resources(options.signal);
  }

  invalidateDiscovery(): void {
    this.#discovery.invalidate();
  }

  async serverVersion(options: CallOptions = {}): Promise<ServerVersion> {
    const context = { cluster: this.cluster, verb: 'get', resource: '/version' };
    const version = this.#json(
      context,
      await this.#call(context, { method: 'GET', path: '/version', repeatable: true }, options),
    );
    const { gitVersion, major, minor } = version;
    if (typeof gitVersion !== 'string') {
      throw new ProtocolError(context, {
        message: 'the answer is no version document; this is not a Kubernetes API server',
      });
    }
    return { gitVersion, major: String(major), minor: String(minor) };
  }

  async raw(path: string, options: CallOptions = {}): Promise<string> {
    const context = { cluster: this.cluster, verb: 'get', resource: path };
    return (await this.#call(context, { method: 'GET', path, accept: '*/*', repeatable: true }, options))
      .text;
  }

  close(): Promise<void> {
    return this.#caller.close();
  }

  #call(context: CallContext, call: Call, options: CallOptions): Promise<Answer> {
    return this.#caller.call(context, call, {
      signal: options.signal,
      timeoutMs: options.timeoutMs ?? this.#timeoutMs,
    });
  }

  #context(
    verb: string,
    resource: Resource,
    name: { readonly namespace?: string | undefined; readonly name?: string | undefined },
  ): CallContext {
    return {
      cluster: this.cluster,
      verb,
      resource: resourceName(resource),
      namespace: name.namespace,
      name: name.name,
    };
  }

  #objectPath(
    resource: Resource,
    name: NamespacedName,
    options: WriteOptions,
    query: Record<string, string> = {},
  ): string {
    const { namespace, name: bare } = name;
    return (
      resourcePath(resource, { namespace, name: bare, subresource: options.subresource }) +
      this.#writeQuery(options, query)
    );
  }

  #writeQuery(options: WriteOptions, query: Record<string, string> = {}): string {
    const fieldManager = options.fieldManager ?? this.#fieldManager;
    return queryString({ fieldManager, ...(options.dryRun === true ? { dryRun: 'All' } : {}), ...query });
  }

  #object<T extends KubeObject>(context: CallContext, answer: Answer): T {
    return this.#json(context, answer) as T;
  }

  #json(context: CallContext, answer: Answer): Readonly<Record<string, unknown>> {
    try {
      const body: unknown = JSON.parse(answer.text);
      if (typeof body === 'object' && body !== null) return body as Record<string, unknown>;
    } catch {
      // Told below: the parser's message would quote the body.
    }
    throw new ProtocolError(context, {
      message: 'the answer is not a JSON object; this is not a Kubernetes API server',
    });
  }

  async #page<T extends KubeObject>(
    context: CallContext,
    resource: Resource,
    options: ListOptions,
    query: Record<string, string>,
  ): Promise<ObjectList<T> & { readonly continue: string }> {
    const path = resourcePath(resource, { namespace: options.namespace }) + queryString(query);
    const accept = options.metadataOnly === true ? metadataAccept('PartialObjectMetadataList') : undefined;
    const list = this.#json(
      context,
      await this.#call(context, { method: 'GET', path, accept, repeatable: true, compressed: true }, options),
    );
    const metadata = list['metadata'] as
      | { readonly resourceVersion?: string; readonly continue?: string }
      | undefined;
    const items = (list['items'] ?? []) as Omit<T, 'apiVersion' | 'kind'>[];
    if (!Array.isArray(items)) throw new ProtocolError(context, { message: 'the answer is no list' });
    // The items of a typed list carry neither apiVersion nor kind.
    const typed = items.map(
      (item) => ({ apiVersion: apiVersion(resource), kind: resource.kind, ...item }) as unknown as T,
    );
    return {
      items: typed,
      resourceVersion: metadata?.resourceVersion ?? '',
      continue: metadata?.continue ?? '',
    };
  }
}

function metadataAccept(kind: 'PartialObjectMetadata' | 'PartialObjectMetadataList'): string {
  return `application/json;as=${kind};g=meta.k8s.io;v=v1,application/json`;
}

function listQuery(options: ListOptions): Record<string, string> {
  return {
    ...optional('labelSelector', options.labelSelector),
    ...optional('fieldSelector', options.fieldSelector),
    ...optional('resourceVersion', options.resourceVersion),
  };
}

function watchQuery(options: WatchOptions): Record<string, string> {
  return {
    watch: '1',
    allowWatchBookmarks: 'true',
    ...optional('labelSelector', options.labelSelector),
    ...optional('fieldSelector', options.fieldSelector),
    ...optional('resourceVersion', options.resourceVersion),
    ...(options.sendInitialEvents === true
      ? { sendInitialEvents: 'true', resourceVersionMatch: 'NotOlderThan' }
      : {}),
    ...(options.timeoutSeconds === undefined ? {} : { timeoutSeconds: String(options.timeoutSeconds) }),
  };
}

function optional<K extends string>(key: K, value: string | undefined): { readonly [key in K]?: string } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [key in K]?: string });
}

function queryString(query: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(query).filter(([, value]) => value !== '');
  return pairs.length === 0 ? '' : `?${new URLSearchParams(pairs).toString()}`;
}
