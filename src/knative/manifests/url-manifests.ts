import type { Clock } from '../../kube/index.ts';
import { BoundedMap } from './bounded-map.ts';
import {
  type FetchedDocument,
  fetchDocument,
  type FetchOptions,
  refetchDocument,
  shownUrl,
} from './fetch-document.ts';
import { ManifestError } from './manifest-error.ts';
import { type Manifest, parseManifest } from './parse-manifest.ts';

export interface UrlManifestsOptions extends FetchOptions {
  readonly clock: Clock;
  /** Milliseconds for which a copy is used without asking the server. Default 60,000. */
  readonly freshMs?: number | undefined;
  /** Hosts, with port where it is not the usual one, that custom resources may name. Default: every host. */
  readonly allowedHosts?: readonly string[] | undefined;
}

interface Copy {
  readonly sha256: string;
  readonly etag?: string | undefined;
  readonly manifest: Manifest;
  /** Monotonic milliseconds when the server was asked last. */
  readonly askedAt: number;
}

/**
 * The files that `spec.manifests` and `spec.additionalManifests` name by URL. A copy is kept for each: it serves for a
 * minute, then the server is asked whether it changed, and it goes on serving while the server cannot be reached. A
 * URL that ends in `#sha256=<hex>` names its content, so its copy serves for ever.
 */
export class UrlManifests {
  readonly #options: UrlManifestsOptions;
  readonly #copies = new BoundedMap<Copy>(256);

  constructor(options: UrlManifestsOptions) {
    this.#options = options;
  }

  /** Throws a ManifestError. */
  async load(urlWithChecksum: string, signal: AbortSignal): Promise<Manifest> {
    const { url, sha256 } = splitChecksum(urlWithChecksum);
    this.#refuseForeignHost(url);
    const known = this.#copies.get(urlWithChecksum);
    if (known !== undefined && (sha256 !== undefined || this.#isFresh(known))) return known.manifest;
    const copy = await this.#ask(url, known, signal);
    if (sha256 !== undefined && copy.sha256 !== sha256) {
      throw new ManifestError(
        `the content of '${shownUrl(url)}' has the SHA-256 checksum ${copy.sha256}, not ${sha256}`,
      );
    }
    this.#copies.set(urlWithChecksum, copy);
    return copy.manifest;
  }

  async #ask(url: string, known: Copy | undefined, signal: AbortSignal): Promise<Copy> {
    const askedAt = this.#options.clock.monotonic();
    if (known === undefined) return copyOf(await fetchDocument(url, this.#options, signal), url, askedAt);
    try {
      const document =
        known.etag === undefined
          ? await fetchDocument(url, this.#options, signal)
          : await refetchDocument(url, known.etag, this.#options, signal);
      const unchanged = document === undefined || document.sha256 === known.sha256;
      return unchanged ? { ...known, askedAt } : copyOf(document, url, askedAt);
    } catch (error) {
      if (error instanceof ManifestError && error.transient) return { ...known, askedAt };
      throw error;
    }
  }

  #isFresh({ askedAt }: Copy): boolean {
    const { clock, freshMs = 60_000 } = this.#options;
    return clock.monotonic() - askedAt < freshMs;
  }

  #refuseForeignHost(url: string): void {
    const { allowedHosts } = this.#options;
    if (allowedHosts === undefined || allowedHosts.includes(new URL(url).host)) return;
    throw new ManifestError(`'${shownUrl(url)}' must be on an allowed host: ${allowedHosts.join(', ')}`, {
      reason: 'SpecInvalid',
    });
  }
}

function copyOf(document: FetchedDocument, url: string, askedAt: number): Copy {
  const { text, sha256, etag } = document;
  return { sha256, etag, manifest: parseManifest(text, shownUrl(url)), askedAt };
}

/** Takes the checksum off a URL. Throws a ManifestError where the fragment is something else. */
function splitChecksum(url: string): { readonly url: string; readonly sha256?: string } {
  const { hash, username, password } = new URL(url);
  if (username !== '' || password !== '') {
    throw new ManifestError(`'${shownUrl(url)}' must be written without user name and password`, {
      reason: 'SpecInvalid',
    });
  }
  if (hash === '') return { url };
  const sha256 = /^#sha256=([0-9a-f]{64})$/i.exec(hash)?.[1];
  if (sha256 === undefined) {
    throw new ManifestError(
      `the end of '${shownUrl(url)}' is no checksum: it must be #sha256= and 64 hexadecimal digits`,
      { reason: 'SpecInvalid' },
    );
  }
  return { url: url.slice(0, url.indexOf('#')), sha256: sha256.toLowerCase() };
}
