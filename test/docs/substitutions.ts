import { fileURLToPath } from 'node:url';
import { clusterProfileCrdFile, knativeManifestDirectories } from '../bed/index.ts';
import { chartDirectory } from '../chart/helm.ts';
import { neighbouringReleases } from '../fleet/index.ts';

/** What a test has in place of what a page names. */
interface Substitution {
  readonly from: RegExp;
  readonly to: () => string | Promise<string>;
  readonly reason: string;
}

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Each is for all pages; one that is in none is told by `npm run check`. */
export const substitutions: readonly Substitution[] = [
  {
    from: /oci:\/\/ghcr\.io\/wheelwright\/charts\/wheelwright\b( --version \S+)?/g,
    to: () => chartDirectory,
    reason: 'charts are published with a release',
  },
  {
    from: /https:\/\/raw\.githubusercontent\.com\/kubernetes-sigs\/cluster-inventory-api\/\S+_clusterprofiles\.yaml/g,
    to: clusterProfileCrdFile,
    reason: 'tests download nothing: the same file comes with the Go module',
  },
  {
    from: /https:\/\/raw\.githubusercontent\.com\/wheelwright\/wheelwright\/[^/\s]+\//g,
    to: () => root,
    reason: 'tests download nothing: the same file is in the checkout',
  },
  {
    from: /--download-manifests\b/g,
    to: async () => `--manifests-dir ${(await knativeManifestDirectories())[0] ?? ''}`,
    reason: 'tests download nothing: releases are at hand',
  },
  {
    from: /\b1\.22\b/g,
    to: async () => minor((await neighbouringReleases('serving'))[1]),
    reason: 'not every machine has the newest release of Knative',
  },
  {
    from: /\b1\.21\b/g,
    to: async () => minor((await neighbouringReleases('serving'))[0]),
    reason: 'the same for the one before',
  },
];

/** In commands, and in what they are to print. */
export async function substituted(text: string): Promise<string> {
  let result = text;
  for (const { from, to } of substitutions) {
    const value = await to();
    result = result.replaceAll(from, () => value);
  }
  return result;
}

function minor(release: string): string {
  return release.split('.').slice(0, 2).join('.');
}
