import type { KubeObject } from '../../../src/api/index.ts';
import { type Exchange, statusOf } from './exchange.ts';
import type { Change, FakeObjects, Selection } from './fake-objects.ts';

const initialEventsEnd = { 'k8s.io/initial-events-end': 'true' };

/** One watch that a client has open, and what a test can do to it. */
export class OpenWatch {
  readonly exchange: Exchange;
  readonly selection: Selection;
  readonly #objects: FakeObjects;
  #unsubscribe: () => void = () => undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(exchange: Exchange, selection: Selection, objects: FakeObjects) {
    this.exchange = exchange;
    this.selection = selection;
    this.#objects = objects;
  }

  /** Answers 200 and tells what the client asked for: everything, or what came after its version; then what happens. */
  start(): void {
    const { exchange } = this;
    exchange.head(200, { 'content-type': 'application/json' });
    const version = exchange.query('resourceVersion') ?? '';
    if (exchange.query('sendInitialEvents') === 'true') {
      for (const object of this.#objects.list(this.selection)) this.event('ADDED', this.#shown(object));
      this.bookmark(initialEventsEnd);
    } else if (version !== '') {
      for (const change of this.#objects.since(Number(version), this.selection)) this.#tell(change);
    }
    this.#unsubscribe = this.#objects.subscribe(this.selection, (change) => this.#tell(change));
    const seconds = Number(exchange.query('timeoutSeconds') ?? 600);
    this.#timer = setTimeout(() => this.end(), seconds * 1000).unref();
    exchange.onClose(() => this.stop());
  }

  event(type: string, object: unknown): void {
    this.raw(`${JSON.stringify({ type, object })}\n`);
  }

  bookmark(annotations?: Readonly<Record<string, string>>): void {
    const { kind, group, version } = this.selection.resource;
    this.event('BOOKMARK', {
      kind,
      apiVersion: group === '' ? version : `${group}/${version}`,
      metadata: {
        resourceVersion: String(this.#objects.revision),
        ...(annotations === undefined ? {} : { annotations }),
      },
    });
  }

  error(code: number, reason: string, message: string): void {
    this.event('ERROR', statusOf(code, reason, message));
  }

  raw(bytes: string | Buffer): void {
    this.exchange.write(bytes);
  }

  end(): void {
    this.stop();
    this.exchange.end();
  }

  reset(code?: number): void {
    this.stop();
    this.exchange.reset(code);
  }

  /** No event is told any more, though the watch stays open. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#unsubscribe();
  }

  #tell({ type, object }: Change): void {
    this.event(type, this.#shown(object));
  }

  #shown(object: KubeObject): KubeObject {
    if (!String(this.exchange.headers['accept']).includes('as=PartialObjectMetadata')) return object;
    return { apiVersion: 'meta.k8s.io/v1', kind: 'PartialObjectMetadata', metadata: object.metadata };
  }
}
