import { createHash } from 'node:crypto';
import { sortReleases } from '../versions/index.ts';
import { BoundedMap } from './bounded-map.ts';
import { readManifestFiles } from './directory-source.ts';
import { ManifestError } from './manifest-error.ts';
import type { ManifestPath } from './manifest-path.ts';
import type { ManifestFile, ManifestSource } from './manifest-source.ts';
import { type Manifest, parseManifest } from './parse-manifest.ts';
import type { ReleasePath } from './release-path.ts';
import { SingleFlight } from './single-flight.ts';
import type { UrlManifests } from './url-manifests.ts';

export interface ManifestStoreOptions {
  /** Asked in this order; the first that has a release gives it. */
  readonly sources: readonly ManifestSource[];
  readonly urls: UrlManifests;
  /** Ends the store: reads and downloads under way fail. */
  readonly signal: AbortSignal;
}

/**
 * Every manifest this process uses, parsed once, frozen, and shared by all installations. A release is read once and
 * never again: its content is what was published under its version.
 */
export class ManifestStore {
  readonly #options: ManifestStoreOptions;
  readonly #releases = new BoundedMap<Manifest>(256);
  readonly #files = new BoundedMap<{ readonly sha256: string; readonly manifest: Manifest }>(64);
  readonly #flights = new SingleFlight<Manifest | undefined>();

  constructor(options: ManifestStoreOptions) {
    this.#options = options;
  }

  /** Names of the releases at hand of a directory such as `knative-serving`, newest first, `latest` last. */
  async versions(directory: string): Promise<readonly string[]> {
    const lists = await Promise.all(this.#options.sources.map((source) => source.versions(directory)));
    return sortReleases([...new Set(lists.flat())]);
  }

  /** Undefined where no source has the release. Throws a ManifestError, or the reason of the caller's signal. */
  async loadRelease(path: ReleasePath, caller: AbortSignal): Promise<Manifest | undefined> {
    const known = this.#releases.get(path);
    if (known !== undefined) return known;
    return this.#flights.run(`release ${path}`, () => this.#readRelease(path), caller);
  }

  /** Throws a ManifestError, also where there is nothing, or the reason of the caller's signal. */
  async load(path: ManifestPath, caller: AbortSignal): Promise<Manifest> {
    const manifest =
      path.kind === 'release'
        ? await this.loadRelease(path.path, caller)
        : await this.#flights.run(`${path.kind} ${addressOf(path)}`, () => this.#readOther(path), caller);
    if (manifest !== undefined) return manifest;
    throw new ManifestError(`there are no manifests at '${addressOf(path)}'`);
  }

  async #readRelease(path: ReleasePath): Promise<Manifest | undefined> {
    for (const source of this.#options.sources) {
      const files = await source.read(path, this.#options.signal);
      if (files === undefined) continue;
      const manifest = parseFiles(files);
      this.#releases.set(path, manifest);
      return manifest;
    }
    return undefined;
  }

  async #readOther(path: Exclude<ManifestPath, { readonly kind: 'release' }>): Promise<Manifest | undefined> {
    if (path.kind === 'url') return this.#options.urls.load(path.url, this.#options.signal);
    const files = await readManifestFiles(path.path);
    if (files === undefined) return undefined;
    const sha256 = createHash('sha256').update(JSON.stringify(files)).digest('hex');
    const known = this.#files.get(path.path);
    if (known?.sha256 === sha256) return known.manifest;
    const manifest = parseFiles(files);
    this.#files.set(path.path, { sha256, manifest });
    return manifest;
  }
}

function parseFiles(files: readonly ManifestFile[]): Manifest {
  return Object.freeze(files.flatMap(({ name, text }) => parseManifest(text, name)));
}

function addressOf(path: ManifestPath): string {
  return path.kind === 'url' ? path.url : path.path;
}
