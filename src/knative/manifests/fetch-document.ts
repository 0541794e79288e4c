import { createHash } from 'node:crypto';
import { DeadlineExceeded, withDeadline } from '../../kube/index.ts';
import { ManifestError } from './manifest-error.ts';

/** The part of `fetch` that is needed; it must follow redirects. */
export type Fetch = (url: string, init: FetchInit) => Promise<Response>;

export interface FetchInit {
  readonly method: 'GET' | 'HEAD';
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

export interface FetchOptions {
  readonly fetch: Fetch;
  /** Milliseconds for the whole answer. Default 30,000. */
  readonly timeoutMs?: number | undefined;
  /** Bytes of the body. Default 32 MiB. */
  readonly maxBytes?: number | undefined;
}

export interface FetchedDocument {
  readonly text: string;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
  /** The server's word for this content. */
  readonly etag?: string;
}

/** The server has no such file (404, 410). */
export class DocumentNotFound extends ManifestError {}

/**
 * Gets a manifest. Throws a ManifestError for every status but 200, too large or too slow an answer, and a body that
 * is a web page or no text. Messages leave out query and credentials of the URL.
 */
export async function fetchDocument(
  url: string,
  options: FetchOptions,
  signal: AbortSignal,
): Promise<FetchedDocument> {
  return exchange(url, { method: 'GET', headers: {}, signal }, options, (response) =>
    readDocument(response, url, options),
  );
}

/** The same; undefined where the server says that its content still is what it called `etag`. */
export async function refetchDocument(
  url: string,
  etag: string,
  options: FetchOptions,
  signal: AbortSignal,
): Promise<FetchedDocument | undefined> {
  const headers = { 'if-none-match': etag };
  return exchange(url, { method: 'GET', headers, signal }, options, async (response) =>
    response.status === 304 ? undefined : readDocument(response, url, options),
  );
}

/** Whether the server has such a file. */
export async function documentExists(
  url: string,
  options: FetchOptions,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    return await exchange(url, { method: 'HEAD', headers: {}, signal }, options, async () => true);
  } catch (error) {
    if (error instanceof DocumentNotFound) return false;
    throw error;
  }
}

/** Where redirects lead. Throws a ManifestError where there is nothing. */
export async function finalAddress(url: string, options: FetchOptions, signal: AbortSignal): Promise<string> {
  return exchange(url, { method: 'HEAD', headers: {}, signal }, options, async (response) => response.url);
}

/** Without query and credentials: tokens are passed in the one, passwords in the other. */
export function shownUrl(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}

async function exchange<T>(
  url: string,
  init: FetchInit,
  { fetch, timeoutMs = 30_000 }: FetchOptions,
  use: (response: Response) => Promise<T>,
): Promise<T> {
  try {
    return await withDeadline(timeoutMs, init.signal, async (signal) => {
      const response = await fetch(url, { ...init, signal });
      if (response.status !== 200) await response.body?.cancel();
      refuseStatus(response.status, url, init);
      return use(response);
    });
  } catch (error) {
    if (error instanceof ManifestError || init.signal.aborted) throw error;
    throw new ManifestError(`cannot get '${shownUrl(url)}': ${describe(error)}`, {
      cause: error,
      transient: true,
    });
  }
}

function refuseStatus(status: number, url: string, { headers }: FetchInit): void {
  if (status === 200 || (status === 304 && 'if-none-match' in headers)) return;
  if (status === 404 || status === 410) {
    throw new DocumentNotFound(`'${shownUrl(url)}' does not exist: the server answered ${status}`);
  }
  throw new ManifestError(`cannot get '${shownUrl(url)}': the server answered ${status}`, {
    transient: status === 408 || status === 429 || status >= 500,
  });
}

async function readDocument(
  response: Response,
  url: string,
  options: FetchOptions,
): Promise<FetchedDocument> {
  const bytes = await readBody(response, url, options.maxBytes ?? 32 * 2 ** 20);
  const text = decode(bytes, url);
  if (/^\s*</.test(text)) {
    throw new ManifestError(
      `'${shownUrl(url)}' is a web page, not a manifest: use the address of the file itself`,
    );
  }
  const etag = response.headers.get('etag');
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { text, sha256, ...(etag === null ? {} : { etag }) };
}

async function readBody(response: Response, url: string, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > maxBytes) throw new ManifestError(`'${shownUrl(url)}' is larger than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function decode(bytes: Uint8Array, url: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new ManifestError(`'${shownUrl(url)}' is no text: a manifest must be YAML in UTF-8`);
  }
}

/** `fetch failed` says nothing; the system's code below it does. Other messages may quote the whole URL. */
function describe(error: unknown): string {
  if (error instanceof DeadlineExceeded) return error.message;
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return (cause as NodeJS.ErrnoException | undefined)?.code ?? 'the connection failed';
}
