import type { GroupVersionKind, KubeObject, NamespacedName } from '../api/index.ts';
import { jsonObject, type ListPage, listOf, objectOf, watchEventOf } from './answer-shape.ts';
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
import { type Clock, systemClock } from './clock.ts';
import type { CredentialSource } from './credentials.ts';
import { Discovery } from './discovery.ts';
import type { Endpoint } from './endpoint.ts';
import { type CallContext, GoneError, KubeError, ProtocolError } from './errors.ts';
import type { Impersonation } from './impersonation.ts';
import { RequestLimiter, type RequestLimits } from './request-limiter.ts';
import { listQuery, watchQuery, writeQuery } from './request-query.ts';
import { type Resource, resourceName, resourcePath } from './resource.ts';
import { unreachable } from './transport/network-error.ts';
import { BrokenWatchLine, watchLines } from './watch-lines.ts';

export interface KubeClientOptions {
  readonly cluster: string;
  readonly endpoint: Endpoint;
  readonly credentials: CredentialSource;
  /** Default 100 requests per second, burst 200, 32 in flight. */
  readonly limits?: RequestLimits | undefined;
  /** Who writes, in managedFields. Default `wheelwright`. */
  readonly fieldManager?: string | undefined;
  readonly userAgent?: string | undefined;
  /** Whom every call is made for, by whoever has the credentials; absent: for themselves. */
  readonly impersonate?: Impersonation | undefined;
  /** Deadline of a call that names none, in milliseconds. Default 10 s. */
  readonly timeoutMs?: number | undefined;
  readonly clock?: Clock | undefined;
  readonly transport?: CallerOptions['transport'];
  readonly onRequest?: CallerOptions['onRequest'];
  readonly beforeRequest?: CallerOptions['beforeRequest'];
  readonly onForeignAnswer?: CallerOptions['onForeignAnswer'];
  /** Told of every answer, and every event of a watch, that an API server gives. */
  readonly onContact?: (() => void) | undefined;
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
  readonly #onForeignAnswer: () => void;
  readonly #onContact: () => void;

  constructor(options: KubeClientOptions) {
    const clock = options.clock ?? systemClock;
    this.cluster = options.cluster;
    this.#timeoutMs = options.timeoutMs ?? 10_000;
    this.#fieldManager = options.fieldManager ?? 'wheelwright';
    this.#onForeignAnswer = options.onForeignAnswer ?? (() => undefined);
    this.#onContact = options.onContact ?? (() => undefined);
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
      impersonate: options.impersonate,
      transport: options.transport,
      onRequest: options.onRequest,
      beforeRequest: options.beforeRequest,
      onForeignAnswer: options.onForeignAnswer,
    });
    this.#discovery = new Discovery(
      options.cluster,
      (context, call) => this.#call(context, call, {}),
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
    const path = resourcePath(resource, { ...name, subresource: options.subresource });
    const call: Call = { method: 'GET', path, accept: acceptObject(options), repeatable: true };
    return this.#object(this.#context('get', resource, name), call, options);
  }

  async list<T extends KubeObject>(resource: Resource, options: ListOptions = {}): Promise<ObjectList<T>> {
    const context = this.#context('list', resource, { namespace: options.namespace });
    const most = options.limit ?? Number.POSITIVE_INFINITY;
    const items: T[] = [];
    let next: string | undefined;
    for (let page = 0; page < mostPages; page++) {
      const limit = Math.min(pageSize, most - items.length);
      const list = await this.#page<T>(context, resource, options, { limit, continue: next }).catch(
        (error: unknown) => {
          // The snapshot behind the continue token is gone: one unpaged list is the only consistent answer left.
          if (!(error instanceof GoneError) || next === undefined) throw error;
          items.length = 0;
          return this.#page<T>(context, resource, options, {});
        },
      );
      // Not by push(...): as arguments, the items of a list without pages overflow the stack.
      for (const item of list.items) items.push(item);
      next = list.continue;
      if (next === '' || items.length >= most)
        return { items: items.slice(0, most), resourceVersion: list.resourceVersion };
    }
    throw new ProtocolError(context, { message: `the list does not end after ${mostPages} pages` });
  }

  async create<T extends KubeObject>(
    resource: Resource,
    object: KubeObject,
    options: WriteOptions = {},
  ): Promise<T> {
    const { namespace } = object.metadata;
    const path = resourcePath(resource, { namespace, subresource: options.subresource });
    const call: Call = {
      method: 'POST',
      path: path + this.#query(options),
      accept: acceptObject(options),
      body: JSON.stringify(object),
      repeatable: false,
    };
    return this.#object(this.#context('create', resource, object.metadata), call, options);
  }

  async update<T extends KubeObject>(
    resource: Resource,
    object: KubeObject,
    options: WriteOptions = {},
  ): Promise<T> {
    const call: Call = {
      method: 'PUT',
      path: this.#objectPath(resource, object.metadata, options),
      accept: acceptObject(options),
      body: JSON.stringify(object),
      // Without a resourceVersion a repeated PUT could undo what somebody wrote in between.
      repeatable: object.metadata.resourceVersion !== undefined,
    };
    return this.#object(this.#context('update', resource, object.metadata), call, options);
  }

  async apply<T extends KubeObject>(
    resource: Resource,
    object: KubeObject,
    options: WriteOptions & { readonly force?: boolean } = {},
  ): Promise<T> {
    const call: Call = {
      method: 'PATCH',
      path: this.#objectPath(resource, object.metadata, options),
      accept: acceptObject(options),
      contentType: 'application/apply-patch+yaml',
      body: JSON.stringify(object),
      repeatable: true,
    };
    return this.#object(this.#context('apply', resource, object.metadata), call, options);
  }

  async patch<T extends KubeObject>(
    resource: Resource,
    name: NamespacedName,
    type: PatchType,
    body: unknown,
    options: WriteOptions = {},
  ): Promise<T> {
    const call: Call = {
      method: 'PATCH',
      path: this.#objectPath(resource, name, options),
      accept: acceptObject(options),
      contentType: patchTypes[type],
      body: JSON.stringify(body),
      repeatable: type === 'merge',
    };
    return this.#object(this.#context('patch', resource, name), call, options);
  }

  async delete(
    resource: Resource,
    name: NamespacedName,
    options: DeleteOptions = {},
  ): Promise<Readonly<Record<string, unknown>>> {
    const { uid, resourceVersion, propagation, dryRun } = options;
    const preconditions =
      uid === undefined && resourceVersion === undefined ? undefined : { uid, resourceVersion };
    const body = {
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      propagationPolicy: propagation,
      preconditions,
      dryRun: dryRun === true ? ['All'] : undefined,
    };
    const path = resourcePath(resource, name);
    const call: Call = { method: 'DELETE', path, body: JSON.stringify(body), repeatable: true };
    return this.#object(this.#context('delete', resource, name), call, options);
  }

  async watch(
    resource: Resource,
    options: WatchOptions,
    onEvent: (event: WatchEvent) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const context = this.#context('watch', resource, { namespace: options.namespace });
    const path = resourcePath(resource, { namespace: options.namespace }) + watchQuery(options);
    const call: Call = { method: 'GET', path, accept: acceptObject(options), repeatable: true };
    let thrown: { readonly error: unknown } | undefined;
    const take = (event: WatchEvent): void => {
      try {
        onEvent(event);
      } catch (error) {
        thrown = { error };
        throw error;
      }
    };
    const onChunk = watchLines((line) => take(this.#read(() => watchEventOf(context, line))));
    const onOpen = options.onOpen ?? (() => undefined);
    try {
      await this.#caller.stream(context, call, { signal, timeoutMs: watchOpenTimeoutMs, onOpen, onChunk });
    } catch (error) {
      if (thrown !== undefined) throw thrown.error;
      if (signal.aborted) throw signal.reason;
      if (error instanceof KubeError) throw error;
      if (error instanceof BrokenWatchLine) {
        this.#onForeignAnswer();
        throw new ProtocolError(context, { message: error.message });
      }
      throw unreachable(context, error);
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
    const answer = await this.#call(context, { method: 'GET', path: '/version', repeatable: true }, options);
    return this.#read(() => {
      const { gitVersion, major, minor } = jsonObject(context, answer.text);
      if (typeof gitVersion !== 'string') {
        throw new ProtocolError(context, {
          message: 'the answer is no version document; this is not a Kubernetes API server',
        });
      }
      return { gitVersion, major: String(major), minor: String(minor) };
    });
  }

  async raw(path: string, options: CallOptions = {}): Promise<string> {
    const context = { cluster: this.cluster, verb: 'get', resource: path };
    const call: Call = { method: 'GET', path, accept: '*/*', repeatable: true };
    return (await this.#call(context, call, options)).text;
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

  async #object<T extends KubeObject>(context: CallContext, call: Call, options: CallOptions): Promise<T> {
    const { text } = await this.#call(context, call, options);
    return this.#read(() => objectOf<T>(context, text));
  }

  /** Whoever watches over the cluster wants to know who answered. */
  #read<T>(parse: () => T): T {
    try {
      const value = parse();
      this.#onContact();
      return value;
    } catch (error) {
      if (error instanceof ProtocolError) this.#onForeignAnswer();
      throw error;
    }
  }

  async #page<T extends KubeObject>(
    context: CallContext,
    resource: Resource,
    options: ListOptions,
    page: { readonly limit?: number; readonly continue?: string | undefined },
  ): Promise<ListPage<T>> {
    const path = resourcePath(resource, { namespace: options.namespace }) + listQuery(options, page);
    const accept = options.metadataOnly === true ? metadataAccept('PartialObjectMetadataList') : undefined;
    const call: Call = { method: 'GET', path, accept, repeatable: true, compressed: true };
    const { text } = await this.#call(context, call, options);
    return this.#read(() => listOf<T>(context, resource, text));
  }

  #context(
    verb: string,
    resource: Resource,
    name: { readonly namespace?: string | undefined; readonly name?: string | undefined },
  ): CallContext {
    const { namespace, name: bare } = name;
    return { cluster: this.cluster, verb, resource: resourceName(resource), namespace, name: bare };
  }

  #objectPath(
    resource: Resource,
    { namespace, name }: NamespacedName,
    options: WriteOptions & { readonly force?: boolean },
  ): string {
    const { subresource } = options;
    return resourcePath(resource, { namespace, name, subresource }) + this.#query(options);
  }

  #query(options: WriteOptions & { readonly force?: boolean }): string {
    return writeQuery({ ...options, fieldManager: options.fieldManager ?? this.#fieldManager });
  }
}

function acceptObject(options: { readonly metadataOnly?: boolean | undefined }): string | undefined {
  return options.metadataOnly === true ? metadataAccept('PartialObjectMetadata') : undefined;
}

/** Servers that cannot cut objects down send them whole. */
function metadataAccept(kind: 'PartialObjectMetadata' | 'PartialObjectMetadataList'): string {
  return `application/json;as=${kind};g=meta.k8s.io;v=v1,application/json`;
}
