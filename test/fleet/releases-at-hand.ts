import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { knativeManifestDirectories } from '../bed/index.ts';

/** The newest release of each of the two newest minor versions at hand, the older one first. */
export async function neighbouringReleases(
  component: 'serving' | 'eventing',
): Promise<readonly [string, string]> {
  const [manifests = ''] = await knativeManifestDirectories();
  const releases = await readdir(join(manifests, `knative-${component}`));
  const sorted = releases.toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  const minors = new Map(sorted.map((release) => [release.split('.').slice(0, 2).join('.'), release]));
  const [older = '', newer = ''] = [...minors.values()].slice(-2);
  return [older, newer];
}
