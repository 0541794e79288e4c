import { readdir } from 'node:fs/promises';
import {
  cachedReleases,
  directorySource,
  ManifestStore,
  releasePageSource,
  UrlManifests,
} from '../knative/index.ts';
import type { Clock } from '../kube/index.ts';
import { OptionError } from './flag-reader.ts';
import type { OperatorOptions } from './options.ts';

/** Where Knative's manifests come from. Throws OptionError for a directory that cannot be read. */
export async function openManifestStore(
  {
    manifestsDirectory,
    cacheDirectory,
    download,
  }: Pick<OperatorOptions, 'manifestsDirectory' | 'cacheDirectory' | 'download'>,
  clock: Clock,
  signal: AbortSignal,
): Promise<ManifestStore> {
  if (manifestsDirectory !== undefined) await mustBeReadable(manifestsDirectory);
  const cache = cachedReleases(cacheDirectory);
  return new ManifestStore({
    sources: [
      ...(manifestsDirectory === undefined ? [] : [directorySource(manifestsDirectory)]),
      cache,
      ...(download ? [releasePageSource({ cache, fetch })] : []),
    ],
    urls: new UrlManifests({ clock, fetch }),
    signal,
  });
}

/** Found out now, and not by the first installation. */
async function mustBeReadable(directory: string): Promise<void> {
  try {
    await readdir(directory);
  } catch (cause) {
    const { code = 'unreadable' } = cause as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'there is none' : `it cannot be read: ${code}`;
    throw new OptionError(
      `--manifests-dir (env KO_DATA_PATH) must be a directory, not '${directory}' (${why})`,
      {
        cause,
      },
    );
  }
}
