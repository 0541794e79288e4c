import { readFile } from 'node:fs/promises';
import type { Clock } from './clock.ts';
import type { Credential, CredentialSource } from './credentials.ts';
import { KubeconfigError } from './kubeconfig-error.ts';

export interface TokenFileOptions {
  readonly path: string;
  readonly clock: Clock;
  /** What goes with the token, and what holds as long as the file could not be read once. */
  readonly fallback?: Credential | undefined;
}

/** client-go takes a token for good for a minute, less ten seconds. */
const rereadAfterMs = 50_000;

/**
 * A bearer token in a file that somebody else keeps fresh: a projected service account token, or `tokenFile` of a
 * kubeconfig. Read again every minute and after a 401; when it cannot be read, the last one read stays.
 */
export function tokenFile(options: TokenFileOptions): CredentialSource {
  return new TokenFile(options);
}

class TokenFile implements CredentialSource {
  readonly #options: TokenFileOptions;
  #credential: Credential | undefined;
  #readAt = Number.NEGATIVE_INFINITY;
  #reading: Promise<Credential> | undefined;

  constructor(options: TokenFileOptions) {
    this.#options = options;
  }

  async get(signal: AbortSignal): Promise<Credential> {
    signal.throwIfAborted();
    const fresh = this.#options.clock.monotonic() - this.#readAt < rereadAfterMs;
    if (fresh && this.#credential !== undefined) return this.#credential;
    // Reading a local file is quick, so the caller's signal is looked at again only afterwards.
    this.#reading ??= this.#read().finally(() => (this.#reading = undefined));
    const credential = await this.#reading;
    signal.throwIfAborted();
    return credential;
  }

  invalidate(refused: Credential): void {
    if (refused === this.#credential) this.#readAt = Number.NEGATIVE_INFINITY;
  }

  close(): void {}

  async #read(): Promise<Credential> {
    const { path, clock, fallback } = this.#options;
    try {
      const token = (await readFile(path, 'utf8')).trim();
      checkToken(token, path);
      if (token !== this.#credential?.token) this.#credential = { ...fallback, token };
    } catch (cause) {
      this.#credential ??= fallback?.token === undefined ? undefined : fallback;
      if (this.#credential === undefined) throw unreadable(path, cause);
    }
    this.#readAt = clock.monotonic();
    return this.#credential;
  }
}

function checkToken(token: string, path: string): void {
  const source = `token file ${path}`;
  if (token === '') throw new KubeconfigError('ConfigInvalid', source, 'it must not be empty');
  if (!/^[\x21-\x7e]+$/.test(token))
    throw new KubeconfigError('ConfigInvalid', source, 'it must hold one token and nothing else');
}

function unreadable(path: string, cause: unknown): KubeconfigError {
  if (cause instanceof KubeconfigError) return cause;
  const { code = 'unreadable' } = cause as NodeJS.ErrnoException;
  return new KubeconfigError('Unreadable', `token file ${path}`, `it cannot be read (${code})`, { cause });
}
