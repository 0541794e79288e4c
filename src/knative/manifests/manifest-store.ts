import { createHash } from 'node:crypto';
import { untilAborted } from '../../kube/index.ts';
import { isGoodEnough, publishedVersionNeeded, sortReleases } from '../versions/index.ts';
import { BoundedMap } from './bounded-map.ts';
import { readManifestFiles } from './directory-source.ts';
import { ManifestError } from './manifest-error.ts';
import type { ManifestPath } from './manifest-path.ts';
import type { ManifestFile, ManifestSource } from './manifest-source.ts';
import { type Manifest, parseManifest } from './parse-manifest.ts';
import { keptPath, type ReleasePath } from './release-path.ts';
import { SingleFlight } from './single-flight.ts';
import type { UrlManifests } from './url-manifests.ts';

export interface ManifestStoreOptions {
  /** Asked in this order; the first that has a release gives it. */
  readonly sources: readonly ManifestSource[];
  readonly urls: UrlManifests;
  /** Ends the store: reads and downloads under way fail. */
  readonly signal: AbortSignal;
}

export interface WantedRelease {
  /** Such as `knative-serving`. */
  readonly directory: string;
  /** `spec.version`. */
  readonly wanted: string | undefined;
  /** Whether `spec.manifests` names files, which then stand for the release. */
  readonly ownManifests: boolean;
  /** `status.version`. */
  readonly current?: string | undefined;
}

export interface ReleasesAtHand {
  /** Newest first, `latest` last. */
  readonly releases: readonly string[];
  /** Milliseconds until a newer one may be there; absent where nobody publishes any. */
  readonly lookAgainMs?: number;
}

/** What a release page that does not answer now may answer next time. */
const unansweredMs = 60_000;

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
    return joined(await this.#lists(directory, () => true));
  }

  /**
   * The releases that a wanted version is chosen from: those at hand, and the newest published one where only that can
   * tell. Throws a ManifestError where nobody can, or the reason of the caller's signal.
   */
  async releasesFor(
    { directory, wanted, ownManifests, current = '' }: WantedRelease,
    caller: AbortSignal,
  ): Promise<ReleasesAtHand> {
    const whole = joined(await this.#lists(directory, ({ isPartial }) => isPartial !== true));
    const kept = await this.#lists(directory, ({ isPartial }) => isPartial === true);
    const releases = joined([whole, ...kept]);
    const page = this.#options.sources.find((source) => source.newest !== undefined);
    const needed = publishedVersionNeeded({ wanted, ownManifests, releases: whole });
    if (page?.newest === undefined || needed === undefined) return { releases };
    try {
      const asked = page.newest(directory, needed.minor, this.#options.signal);
      const { version, lookAgainMs } = await untilAborted(asked, caller);
      const found = joined([releases, version === undefined ? [] : [version]]);
      // A page that does not show the installed one, or nothing newer, is no reason to go back.
      const isGoodStep = current === '' || isGoodEnough({ wanted, ownManifests, releases: found }, current);
      return { releases: isGoodStep ? found : joined([found, [current]]), lookAgainMs };
    } catch (error) {
      if (!(error instanceof ManifestError)) throw error;
      if (isGoodEnough({ wanted, ownManifests, releases }, current))
        return { releases, lookAgainMs: unansweredMs };
      throw error;
    }
  }

  /**
   * Undefined where no source has the release. Of an add-on, `core` is the version that it goes with. Throws a
   * ManifestError, or the reason of the caller's signal.
   */
  async loadRelease(path: ReleasePath, caller: AbortSignal, core?: string): Promise<Manifest | undefined> {
    const key = keptPath(path, core);
    const known = this.#releases.get(key);
    if (known !== undefined) return known;
    return this.#flights.run(`release ${key}`, () => this.#readRelease(path, core), caller);
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

  #lists(
    directory: string,
    counts: (source: ManifestSource) => boolean,
  ): Promise<readonly (readonly string[])[]> {
    return Promise.all(this.#options.sources.filter(counts).map((source) => source.versions(directory)));
  }

  async #readRelease(path: ReleasePath, core: string | undefined): Promise<Manifest | undefined> {
    for (const source of this.#options.sources) {
      const files = await source.read(path, this.#options.signal, core);
      if (files === undefined) continue;
      const manifest = parseFiles(files);
      this.#releases.set(keptPath(path, core), manifest);
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

function joined(lists: readonly (readonly string[])[]): readonly string[] {
  return sortReleases([...new Set(lists.flat())]);
}

function parseFiles(files: readonly ManifestFile[]): Manifest {
  return Object.freeze(files.flatMap(({ name, text }) => parseManifest(text, name)));
}

function addressOf(path: ManifestPath): string {
  return path.kind === 'url' ? path.url : path.path;
}
