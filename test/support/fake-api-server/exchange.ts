import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Http2ServerRequest, Http2ServerResponse, ServerHttp2Session } from 'node:http2';

/** One request, whole, and the ways to answer or mistreat it; the same over HTTP/2 and HTTP/1.1. */
export class Exchange {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
  readonly #response: Http2ServerResponse | ServerResponse;

  constructor(
    request: Http2ServerRequest | IncomingMessage,
    response: Http2ServerResponse | ServerResponse,
    body: string,
  ) {
    this.method = request.method ?? '';
    this.url = new URL(request.url ?? '/', 'https://fake');
    this.headers = request.headers;
    this.body = body;
    this.#response = response;
  }

  get isWatch(): boolean {
    return this.url.searchParams.get('watch') === '1';
  }

  get path(): string {
    return this.url.pathname;
  }

  query(name: string): string | undefined {
    return this.url.searchParams.get(name) ?? undefined;
  }

  json(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): void {
    this.text(status, JSON.stringify(body), { 'content-type': 'application/json', ...headers });
  }

  text(status: number, body: string | Buffer, headers: Readonly<Record<string, string>> = {}): void {
    this.head(status, headers);
    this.#response.end(body);
  }

  /** A metav1.Status, as every refusal of an API server. */
  fail(code: number, reason: string, message: string, headers: Readonly<Record<string, string>> = {}): void {
    this.json(code, statusOf(code, reason, message), headers);
  }

  /** The headers now, the body later or never. */
  head(status: number, headers: Readonly<Record<string, string>> = {}): void {
    const response = this.#response as ServerResponse;
    if (response.headersSent || response.destroyed) return;
    response.writeHead(status, headers);
    response.flushHeaders();
  }

  write(bytes: string | Buffer): void {
    const response = this.#response as ServerResponse;
    if (!response.writableEnded && !response.destroyed) response.write(bytes);
  }

  end(): void {
    this.#response.end();
  }

  onClose(listener: () => void): void {
    this.#response.once('close', listener);
  }

  /** RST_STREAM over HTTP/2; the end of the connection over HTTP/1.1. */
  reset(code = 2): void {
    if ('stream' in this.#response) this.#response.stream.close(code);
    else this.#response.socket?.destroy();
  }

  /** The HTTP/2 session that carries the request. Throws over HTTP/1.1. */
  get session(): ServerHttp2Session {
    const session = 'stream' in this.#response ? this.#response.stream.session : undefined;
    if (session === undefined) throw new Error('the request did not come over HTTP/2');
    return session as ServerHttp2Session;
  }
}

export function statusOf(code: number, reason: string, message: string): Record<string, unknown> {
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, code };
}
