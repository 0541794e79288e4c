import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { knativeManifestDirectories } from '../bed/index.ts';

/** Which of these ingresses or sources the newest release at hand has. */
export async function addOnsAtHand(
  directory: 'ingress' | 'eventing-source',
  names: readonly string[],
): Promise<readonly string[]> {
  const [manifests = ''] = await knativeManifestDirectories();
  const minors = await readdir(join(manifests, directory));
  const newest = minors.toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true })).at(-1) ?? '';
  const there = await readdir(join(manifests, directory, newest));
  return names.filter((name) => there.includes(name));
}
