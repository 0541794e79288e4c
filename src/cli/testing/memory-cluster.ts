import { isDeepStrictEqual } from 'node:util';
import { groupVersionKind, isRecord, type KubeObject, objectKey } from '../../api/index.ts';
import { applyMergePatch } from '../../../test/support/apply-merge-patch.ts';
import {
  AlreadyExistsError,
  type CallContext,
  ConflictError,
  type KubeClient,
  NotFoundError,
  type Resource,
  resourceName,
  type WriteOptions,
} from '../../kube/index.ts';
import { fakeKubeClient, type FakeKubeClientOptions } from './fake-kube-client.ts';

type Name = { readonly namespace?: string | undefined; readonly name: string };

/** An API server in memory that is written to as well: versions, conflicts, merge patches, and `remove` of JSON patches. */
export class MemoryCluster {
  /** Runs before each call takes effect. */
  before: (call: Omit<CallContext, 'cluster'>) => void = () => undefined;
  readonly client: KubeClient & { readonly closed: () => boolean };
  readonly #objects: KubeObject[] = [];
  #version = 0;

  constructor(options: FakeKubeClientOptions) {
    for (const object of options.objects ?? []) this.put(object);
    const reading = fakeKubeClient({
      ...options,
      objects: this.#objects,
      fails: (call) => {
        this.before(call);
        return options.fails?.(call);
      },
    });
    this.client = {
      ...reading,
      create: async <T extends KubeObject>(resource: Resource, object: KubeObject) => {
        if (object.kind.startsWith('SelfSubject')) return reading.create<T>(resource, object);
        if (this.#enter('create', resource, object.metadata) !== undefined)
          throw new AlreadyExistsError(context('create', resource), { message: 'it is there' });
        return this.put(object) as T;
      },
      apply: async <T extends KubeObject>(resource: Resource, object: KubeObject, options?: WriteOptions) => {
        const live = this.#enter('apply', resource, object.metadata);
        check(live, object.metadata, 'apply', resource);
        const after = { ...live, ...object, metadata: { ...live?.metadata, ...object.metadata } };
        if (options?.dryRun !== true) return this.put(after) as T;
        const isSame = live !== undefined && isDeepStrictEqual(after, live);
        return (isSame ? live : { ...after, metadata: { ...after.metadata, resourceVersion: 'tried' } }) as T;
      },
      patch: async <T extends KubeObject>(
        resource: Resource,
        name: Name,
        type: string,
        body: unknown,
        options?: WriteOptions,
      ) => {
        const live = this.#enter('patch', resource, name);
        if (live === undefined) throw new NotFoundError(context('patch', resource), { message: 'not found' });
        if (options?.dryRun === true) return live as T;
        if (type === 'json') return this.put(withoutPath(live, body)) as T;
        check(live, isRecord(body) && isRecord(body['metadata']) ? body['metadata'] : {}, 'patch', resource);
        return this.put(applyMergePatch(live, body) as KubeObject) as T;
      },
      delete: async (resource: Resource, name: Name) => {
        const live = this.#enter('delete', resource, name);
        if (live === undefined)
          throw new NotFoundError(context('delete', resource), { message: 'not found' });
        this.#objects.splice(this.#objects.indexOf(live), 1);
        return undefined as never;
      },
    };
  }

  put(object: KubeObject): KubeObject {
    const { kind } = groupVersionKind(object);
    const before = this.find(kind, object.metadata);
    const { uid = `uid-${this.#version}` } = before?.metadata ?? object.metadata;
    const stored = structuredClone({
      ...object,
      metadata: { ...object.metadata, uid, resourceVersion: String(++this.#version) },
    });
    if (before === undefined) this.#objects.push(stored);
    else this.#objects[this.#objects.indexOf(before)] = stored;
    return stored;
  }

  find(kind: string, name: Name): KubeObject | undefined {
    return this.#objects.find(
      (object) => groupVersionKind(object).kind === kind && objectKey(object.metadata) === objectKey(name),
    );
  }

  #enter(verb: string, resource: Resource, name: Name): KubeObject | undefined {
    this.before({ verb, resource: resourceName(resource), ...name });
    return this.find(resource.kind, name);
  }
}

function check(
  live: KubeObject | undefined,
  { uid, resourceVersion }: { readonly uid?: unknown; readonly resourceVersion?: unknown },
  verb: string,
  resource: Resource,
): void {
  const isSame =
    (uid === undefined || uid === live?.metadata.uid) &&
    (resourceVersion === undefined || resourceVersion === live?.metadata.resourceVersion);
  if (!isSame) throw new ConflictError(context(verb, resource), { message: 'it has been changed' });
}

/** `/data/key` and its like. */
function withoutPath(object: KubeObject, body: unknown): KubeObject {
  const [operation] = body as readonly { readonly path: string }[];
  const [, field = '', key = ''] = operation?.path.split('/') ?? [];
  const { [key]: _, ...rest } = object[field] as Record<string, unknown>;
  return { ...object, [field]: rest };
}

function context(verb: string, resource: Resource): CallContext {
  return { cluster: 'memory', verb, resource: resourceName(resource) };
}
