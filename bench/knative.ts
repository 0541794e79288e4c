import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { knativeManifestDirectories } from '../test/bed/index.ts';

/** What benchmarks install: always the same release, so that figures of different days can be compared. */
export interface KnativeRelease {
  /** A directory laid out like the data directory of knative/operator. */
  readonly manifests: string;
  readonly version: string;
  /** Names the release in a KnativeServing. */
  readonly spec: { readonly version: string };
}

const preferred = ['1.22.1', '1.15.2'];

/** 1.22.1 where its manifests are at hand, else 1.15.2. */
export async function knative(): Promise<KnativeRelease> {
  for (const version of preferred) {
    for (const manifests of await knativeManifestDirectories()) {
      const versions = await readdir(join(manifests, 'knative-serving'));
      if (versions.includes(version)) return { manifests, version, spec: { version } };
    }
  }
  throw new Error(`no manifests of Knative Serving ${preferred.join(' or ')} are at hand`);
}

export async function knativeNote(): Promise<string> {
  const { version } = await knative();
  return `Knative Serving ${version} with Kourier`;
}
