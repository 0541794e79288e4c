import { join } from 'node:path';
import {
  cachedReleases,
  directorySource,
  type Fetch,
  ManifestError,
  ManifestStore,
  releasePageSource,
  UrlManifests,
} from '../../knative/index.ts';
import type { Clock } from '../../kube/index.ts';
import type { Host } from '../host.ts';
import type { ManifestFlags } from './rendering-options.ts';

export interface OpenManifestsOptions {
  readonly flags: ManifestFlags;
  readonly host: Pick<Host, 'env' | 'home'>;
  readonly clock: Clock;
  readonly fetch: Fetch;
  readonly signal: AbortSignal;
}

/** Releases from where the operator has them. Nothing is downloaded unless that is asked for. */
export function openManifests({ flags, host, clock, fetch, signal }: OpenManifestsOptions): ManifestStore {
  const directory = nonEmpty(flags.manifestsDir) ?? nonEmpty(host.env['KO_DATA_PATH']);
  const cache = cachedReleases(flags.cacheDir ?? usualCache(host));
  const downloads = flags.downloadManifests === true;
  return new ManifestStore({
    sources: [
      ...(directory === undefined ? [] : [directorySource(directory)]),
      cache,
      ...(downloads ? [releasePageSource({ cache, fetch, clock })] : []),
    ],
    urls: new UrlManifests({ clock, fetch: downloads ? fetch : refuseToFetch }),
    signal,
  });
}

/** The operator's, so that what it has downloaded is at hand. */
function usualCache({ env, home }: Pick<Host, 'env' | 'home'>): string {
  return join(nonEmpty(env['XDG_CACHE_HOME']) ?? join(home, '.cache'), 'wheelwright', 'manifests');
}

const refuseToFetch: Fetch = async (url) => {
  const { origin, pathname } = new URL(url);
  throw new ManifestError(`'${origin}${pathname}' must be downloaded, which needs --download-manifests`);
};

function nonEmpty(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}
