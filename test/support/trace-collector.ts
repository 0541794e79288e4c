import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

type Attributes = Readonly<Record<string, string>>;

export interface CollectedSpan {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  /** Absent, or empty, of the first span of a trace. */
  readonly parentSpanId?: string;
  /** 2 is an error. */
  readonly status: { readonly code: number };
  readonly attributes: Attributes;
}

interface Attribute {
  readonly key: string;
  readonly value: { readonly stringValue?: string; readonly intValue?: number };
}

interface Export {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] };
    readonly scopeSpans: readonly {
      readonly spans: readonly (Omit<CollectedSpan, 'attributes'> & {
        readonly attributes: readonly Attribute[];
      })[];
    }[];
  }[];
}

/** Takes traces by OTLP over HTTP in JSON, as a collector of OpenTelemetry does. */
export class TraceCollector {
  readonly #server: Server;
  /** What was sent, as it came. */
  readonly bodies: string[] = [];
  /** Requests so far. */
  asked = 0;
  /** While it is set, requests are taken and never answered. */
  hangs = false;

  static async start(): Promise<TraceCollector> {
    const collector = new TraceCollector();
    collector.#server.listen(0, '127.0.0.1');
    await once(collector.#server, 'listening');
    return collector;
  }

  private constructor() {
    this.#server = createServer((request, response) => {
      this.asked += 1;
      if (this.hangs) return;
      void request.toArray().then((chunks) => {
        this.bodies.push(Buffer.concat(chunks as Buffer[]).toString());
        response.setHeader('content-type', 'application/json').end('{}');
      });
    });
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v1/traces`;
  }

  get spans(): readonly CollectedSpan[] {
    return this.#exports
      .flatMap(({ resourceSpans }) => resourceSpans.flatMap(({ scopeSpans }) => scopeSpans))
      .flatMap((scope) => scope.spans.map((span) => ({ ...span, attributes: flat(span.attributes) })));
  }

  /** What the processes say of themselves. */
  get processes(): readonly Attributes[] {
    return this.#exports.flatMap(({ resourceSpans }) =>
      resourceSpans.map(({ resource }) => flat(resource.attributes)),
    );
  }

  get #exports(): readonly Export[] {
    return this.bodies.map((body) => JSON.parse(body) as Export);
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => {
      this.#server.close(resolve);
    });
    this.#server.closeAllConnections();
    await closed;
  }
}

function flat(attributes: readonly Attribute[]): Attributes {
  return Object.fromEntries(
    attributes.map(({ key, value }) => [key, String(value.stringValue ?? value.intValue)]),
  );
}
