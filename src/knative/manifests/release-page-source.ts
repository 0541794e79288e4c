import { type Clock, systemClock } from '../../kube/index.ts';
import { BoundedMap } from './bounded-map.ts';
import type { CachedReleases } from './cached-releases.ts';
import { DocumentNotFound, fetchDocument } from './fetch-document.ts';
import type { ManifestFile, ManifestSource } from './manifest-source.ts';
import { newestRelease, type ReleasePage } from './newest-release.ts';
import { parseManifest } from './parse-manifest.ts';
import { PublishedReleases } from './published-releases.ts';
import {
  addressOf,
  isWholeVersion,
  type ReleaseAssets,
  releaseAssets,
  releaseFiles,
} from './release-assets.ts';
import { keptPath } from './release-path.ts';

export interface ReleasePageOptions extends ReleasePage {
  /** Where downloads are kept; read before this source, so that each is made once. */
  readonly cache: CachedReleases;
  readonly clock?: Clock | undefined;
}

/**
 * Releases from the release pages of the Knative project. It does not list them, but finds the newest of a minor
 * version or of all. A release counts as absent when its first file does not exist, as broken when a later one does
 * not; the page of an absent one is not asked again for ten minutes.
 */
export function releasePageSource(options: ReleasePageOptions): ManifestSource {
  const { cache, clock = systemClock } = options;
  const absentSince = new BoundedMap<number>(256);
  const published = new PublishedReleases(clock);
  return {
    versions: async () => [],
    async read(path, signal, core) {
      const assets = releaseAssets(path);
      const kept = keptPath(path, core);
      const asked = absentSince.get(kept);
      if (assets === undefined || (asked !== undefined && clock.monotonic() - asked < absentMs))
        return undefined;
      const tag = await findTag(assets, options, signal);
      const files = tag === undefined ? undefined : await download(assets, tag, options, signal);
      if (files === undefined) absentSince.set(kept, clock.monotonic());
      else await cache.write(kept, files);
      return files;
    },
    async newest(directory, minor, signal) {
      const files = releaseFiles(directory);
      if (files === undefined) return { version: undefined, lookAgainMs: absentMs };
      const ask = (): Promise<string | undefined> => newestRelease(files, minor, options, signal);
      return published.get(`${directory} ${minor ?? ''}`, ask, signal);
    },
  };
}

const absentMs = 600_000;

/** Add-ons are wanted by minor version. */
async function findTag(
  assets: ReleaseAssets,
  options: ReleasePageOptions,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { version } = assets;
  const whole = isWholeVersion(version) ? version : await newestRelease(assets, version, options, signal);
  return whole === undefined ? undefined : `knative-v${whole}`;
}

async function download(
  assets: ReleaseAssets,
  tag: string,
  options: ReleasePageOptions,
  signal: AbortSignal,
): Promise<readonly ManifestFile[] | undefined> {
  const files: ManifestFile[] = [];
  for (const [index, name] of assets.files.entries()) {
    const url = addressOf(assets, tag, name, options);
    try {
      const document = await fetchDocument(url, options, signal);
      parseManifest(document.text, url);
      files.push({ name: `${index + 1}-${name}`, text: document.text });
    } catch (error) {
      if (index === 0 && error instanceof DocumentNotFound) return undefined;
      throw error;
    }
  }
  return files;
}
