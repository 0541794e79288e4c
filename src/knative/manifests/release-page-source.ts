import { type Clock, systemClock } from '../../kube/index.ts';
import { BoundedMap } from './bounded-map.ts';
import type { CachedReleases } from './cached-releases.ts';
import { documentExists, DocumentNotFound, fetchDocument, type FetchOptions } from './fetch-document.ts';
import type { ManifestFile, ManifestSource } from './manifest-source.ts';
import { parseManifest } from './parse-manifest.ts';
import { type ReleaseAssets, releaseAssets } from './release-assets.ts';

export interface ReleasePageOptions extends FetchOptions {
  /** Where downloads are kept; read before this source, so that each is made once. */
  readonly cache: CachedReleases;
  /** Default `https://github.com`. */
  readonly server?: string | undefined;
  readonly clock?: Clock | undefined;
}

/**
 * Releases from the release pages of the Knative project. It cannot list them: a version that is on no disk must be
 * named in full. A release counts as absent when its first file does not exist, as broken when a later one does not;
 * the page of an absent one is not asked again for ten minutes.
 */
export function releasePageSource(options: ReleasePageOptions): ManifestSource {
  const { cache, clock = systemClock } = options;
  const absentSince = new BoundedMap<number>(256);
  return {
    versions: async () => [],
    async read(path, signal) {
      const assets = releaseAssets(path);
      const asked = absentSince.get(path);
      if (assets === undefined || (asked !== undefined && clock.monotonic() - asked < absentMs))
        return undefined;
      const tag = await findTag(assets, options, signal);
      const files = tag === undefined ? undefined : await download(assets, tag, options, signal);
      if (files === undefined) absentSince.set(path, clock.monotonic());
      else await cache.write(path, files);
      return files;
    },
  };
}

const absentMs = 600_000;

/** No minor version had half as many patches. */
const mostPatches = 30;

/** Add-ons are wanted by minor version, and their patches are numbered without gaps from 0. */
async function findTag(
  assets: ReleaseAssets,
  options: ReleasePageOptions,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { version, files } = assets;
  if (version.split('.').length === 3) return `knative-v${version}`;
  let newest: string | undefined;
  for (let patch = 0; patch < mostPatches; patch += 1) {
    const tag = `knative-v${version}.${patch}`;
    if (!(await documentExists(addressOf(assets, tag, files[0] ?? '', options), options, signal)))
      return newest;
    newest = tag;
  }
  return newest;
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

function addressOf(
  { repository }: ReleaseAssets,
  tag: string,
  file: string,
  { server }: ReleasePageOptions,
): string {
  return `${server ?? 'https://github.com'}/${repository}/releases/download/${tag}/${file}`;
}
