import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../../kube/index.ts';
import { directorySource } from './directory-source.ts';
import { ManifestStore } from './manifest-store.ts';
import { UrlManifests } from './url-manifests.ts';

/**
 * Real Knative releases for tests, from where developers have them: a Go module that carries versions 1.12 to 1.15,
 * and beside the repository newer ones, which not everybody has.
 */
export function releaseRoots(): { readonly old: string; readonly recent: string | undefined } {
  return {
    old: join(moduleDirectory(), 'cmd/operator/kodata'),
    recent: existsSync(recent) ? recent : undefined,
  };
}

/** A store over some of these roots. */
export function storeOver(...roots: readonly (string | undefined)[]): ManifestStore {
  const fetch = async (): Promise<Response> => {
    throw new Error('this test has no network');
  };
  return new ManifestStore({
    sources: roots.filter((root) => root !== undefined).map(directorySource),
    urls: new UrlManifests({ fetch, clock: systemClock }),
    signal: new AbortController().signal,
  });
}

const recent = fileURLToPath(new URL('../../../../shared/data/manifests', import.meta.url));
const module = 'knative.dev/operator@v0.42.2';

function moduleDirectory(): string {
  let answer: string;
  try {
    answer = execFileSync('go', ['mod', 'download', '-json', module], { cwd: tmpdir(), encoding: 'utf8' });
  } catch (error) {
    throw new Error(`these tests need the Go module ${module}: install Go, which downloads it`, {
      cause: error,
    });
  }
  return (JSON.parse(answer) as { Dir: string }).Dir;
}
