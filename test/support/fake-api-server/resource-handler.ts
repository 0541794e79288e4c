import { gzipSync } from 'node:zlib';
import { type KubeObject, objectKey } from '../../../src/api/index.ts';
import { type Resource, resourceName } from '../../../src/kube/index.ts';
import { applyMergePatch } from '../apply-merge-patch.ts';
import type { Exchange } from './exchange.ts';
import type { Features } from './fake-api-server.ts';
import type { FakeObjects, Selection } from './fake-objects.ts';
import { OpenWatch } from './open-watch.ts';

interface Place {
  readonly namespace?: string;
  readonly name?: string;
}

interface Page {
  readonly items: readonly KubeObject[];
  readonly revision: number;
}

/** The verbs of one resource, as far as the client uses them. */
export class ResourceHandler {
  readonly #objects: FakeObjects;
  readonly #features: Features;
  readonly #watches: Set<OpenWatch>;
  readonly #pages = new Map<string, Page>();

  constructor(objects: FakeObjects, features: Features, watches: Set<OpenWatch>) {
    this.#objects = objects;
    this.#features = features;
    this.#watches = watches;
  }

  handle(exchange: Exchange, resource: Resource, place: Place): void {
    if (place.name !== undefined) return this.#one(exchange, resource, place, place.name);
    if (exchange.method === 'POST') return this.#create(exchange, resource);
    const selection: Selection = {
      resource,
      namespace: place.namespace,
      labelSelector: exchange.query('labelSelector'),
    };
    if (exchange.isWatch) return this.#watch(exchange, selection);
    return this.#list(exchange, selection);
  }

  #create(exchange: Exchange, resource: Resource): void {
    const object = JSON.parse(exchange.body) as KubeObject;
    const key = objectKey(object.metadata);
    if (this.#objects.get(resource, key) !== undefined)
      return exchange.fail(409, 'AlreadyExists', `${resource.plural} "${key}" already exists`);
    this.#answer(exchange, 201, this.#objects.put(resource, object));
  }

  #one(exchange: Exchange, resource: Resource, { namespace }: Place, name: string): void {
    const key = objectKey({ ...(namespace === undefined ? {} : { namespace }), name });
    const current = this.#objects.get(resource, key);
    const missing = (): void =>
      exchange.fail(404, 'NotFound', `${resourceName(resource)} "${name}" not found`);
    switch (exchange.method) {
      case 'GET':
        return current === undefined ? missing() : this.#answer(exchange, 200, current);
      case 'PUT': {
        const next = JSON.parse(exchange.body) as KubeObject;
        const { resourceVersion } = next.metadata;
        if (resourceVersion !== undefined && resourceVersion !== current?.metadata.resourceVersion)
          return exchange.fail(409, 'Conflict', 'the object has been modified');
        return this.#answer(exchange, 200, this.#objects.put(resource, next));
      }
      case 'PATCH':
        return this.#patch(exchange, resource, current, missing);
      case 'DELETE':
        return this.#delete(exchange, resource, key, current, missing);
      default:
        return exchange.fail(405, 'MethodNotAllowed', 'the server does not allow this method');
    }
  }

  /** JSON patches and strategic ones are acknowledged and change nothing. */
  #patch(exchange: Exchange, resource: Resource, current: KubeObject | undefined, missing: () => void): void {
    const patch = JSON.parse(exchange.body) as KubeObject;
    const type = exchange.headers['content-type'];
    if (type === 'application/apply-patch+yaml')
      return this.#answer(exchange, current === undefined ? 201 : 200, this.#objects.put(resource, patch));
    if (current === undefined) return missing();
    const isMerge = type === 'application/merge-patch+json';
    const next = isMerge
      ? this.#objects.put(resource, applyMergePatch(current, patch) as KubeObject)
      : current;
    return this.#answer(exchange, 200, next);
  }

  #delete(
    exchange: Exchange,
    resource: Resource,
    key: string,
    current: KubeObject | undefined,
    missing: () => void,
  ): void {
    if (current === undefined) return missing();
    const options = JSON.parse(exchange.body === '' ? '{}' : exchange.body) as {
      preconditions?: { uid?: string };
    };
    const uid = options.preconditions?.uid;
    if (uid !== undefined && uid !== current.metadata.uid)
      return exchange.fail(409, 'Conflict', 'the UID in the precondition does not match');
    this.#objects.delete(resource, key);
    exchange.json(200, { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success' });
  }

  #list(exchange: Exchange, selection: Selection): void {
    const token = exchange.query('continue');
    const page = token === undefined ? this.#firstPage(selection) : this.#pages.get(token);
    if (page === undefined || this.#objects.isCompacted(page.revision))
      return exchange.fail(410, 'Expired', 'The provided continue parameter is too old');
    const limit = Number(exchange.query('limit') ?? page.items.length);
    const rest = page.items.slice(limit);
    const next = rest.length === 0 ? undefined : this.#remember({ items: rest, revision: page.revision });
    const { group, version, kind } = selection.resource;
    const isPartial = wantsMetadata(exchange);
    this.#answer(exchange, 200, {
      kind: isPartial ? 'PartialObjectMetadataList' : `${kind}List`,
      apiVersion: isPartial ? 'meta.k8s.io/v1' : group === '' ? version : `${group}/${version}`,
      metadata: { resourceVersion: String(page.revision), ...(next === undefined ? {} : { continue: next }) },
      items: page.items.slice(0, limit).map((object) => {
        const { apiVersion: _apiVersion, kind: _kind, ...item } = object;
        return isPartial ? partial(object) : item;
      }),
    });
  }

  #firstPage(selection: Selection): Page {
    return { items: this.#objects.list(selection), revision: this.#objects.revision };
  }

  #remember(page: Page): string {
    const token = `page-${this.#pages.size + 1}`;
    this.#pages.set(token, page);
    return token;
  }

  #watch(exchange: Exchange, selection: Selection): void {
    const forbidden = exchange.query('sendInitialEvents') !== undefined && !this.#features.watchList;
    if (forbidden) {
      return exchange.fail(
        422,
        'Invalid',
        'ListOptions.meta.k8s.io "" is invalid: sendInitialEvents: Forbidden: sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled',
      );
    }
    const watch = new OpenWatch(exchange, selection, this.#objects);
    const version = exchange.query('resourceVersion');
    if (version !== undefined && this.#objects.isCompacted(Number(version))) {
      const message = `too old resource version: ${version} (${this.#objects.revision})`;
      if (this.#features.goneAs === 'status') return exchange.fail(410, 'Expired', message);
      exchange.head(200, { 'content-type': 'application/json' });
      watch.error(410, 'Expired', message);
      return exchange.end();
    }
    this.#watches.add(watch);
    exchange.onClose(() => this.#watches.delete(watch));
    watch.start();
  }

  #answer(exchange: Exchange, status: number, body: object): void {
    const shown = wantsMetadata(exchange) && !('items' in body) ? partial(body as KubeObject) : body;
    const text = JSON.stringify(shown);
    const zip = this.#features.gzip && exchange.headers['accept-encoding'] === 'gzip';
    exchange.text(status, zip ? gzipSync(text) : text, {
      'content-type': 'application/json',
      ...(zip ? { 'content-encoding': 'gzip' } : {}),
    });
  }
}

function wantsMetadata(exchange: Exchange): boolean {
  return String(exchange.headers['accept']).includes('as=PartialObjectMetadata');
}

function partial({ metadata }: KubeObject): KubeObject {
  return { apiVersion: 'meta.k8s.io/v1', kind: 'PartialObjectMetadata', metadata };
}
