import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../kube/index.ts';
import type { ManifestSource } from './manifest-source.ts';
import { ManifestStore } from './manifest-store.ts';
import { UrlManifests } from './url-manifests.ts';

const { signal } = new AbortController();

function manifest(name: string): string {
  return `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\n`;
}

function source(releases: Readonly<Record<string, string>>, asked: string[] = []): ManifestSource {
  return {
    versions: async (directory) =>
      Object.keys(releases)
        .filter((path) => path.startsWith(`${directory}/`))
        .map((path) => path.slice(directory.length + 1)),
    read: async (path) => {
      asked.push(path);
      const text = releases[path];
      return text === undefined ? undefined : [{ name: 'a.yaml', text }];
    },
  };
}

function store(...sources: readonly ManifestSource[]): ManifestStore {
  const fetch = async (url: string): Promise<Response> => new Response(manifest(new URL(url).hostname));
  return new ManifestStore({ sources, urls: new UrlManifests({ fetch, clock: systemClock }), signal });
}

describe('the store of manifests', () => {
  it('takes a release from the first source that has it', async () => {
    const both = store(
      source({ 'a/1': manifest('first') }),
      source({ 'a/1': manifest('second'), 'a/2': manifest('c') }),
    );
    expect(await both.loadRelease('a/1', signal)).toMatchObject([{ metadata: { name: 'first' } }]);
    expect(await both.loadRelease('a/2', signal)).toMatchObject([{ metadata: { name: 'c' } }]);
    expect(await both.loadRelease('a/3', signal)).toBeUndefined();
  });

  it('lists the releases of all sources, newest first', async () => {
    const both = store(
      source({ 'a/1.2.0': '', 'a/latest': '', 'b/9.0.0': '' }),
      source({ 'a/1.10.0': '', 'a/1.2.0': '' }),
    );
    expect(await both.versions('a')).toEqual(['1.10.0', '1.2.0', 'latest']);
  });

  it('reads a release once, however many ask for it', async () => {
    const asked: string[] = [];
    const one = store(source({ 'a/1': manifest('a') }, asked));
    const [first, second] = await Promise.all([
      one.loadRelease('a/1', signal),
      one.loadRelease('a/1', signal),
    ]);
    expect(first).toBe(second);
    expect(await one.loadRelease('a/1', signal)).toBe(first);
    expect(asked).toEqual(['a/1']);
    expect(Object.isFrozen(first)).toBe(true);
  });

  it('reads it again after a failure', async () => {
    const releases: Record<string, string> = { 'a/1': 'x: [' };
    const one = store(source(releases));
    await expect(one.loadRelease('a/1', signal)).rejects.toThrow("document 1 of 'a.yaml'");
    releases['a/1'] = manifest('a');
    expect(await one.loadRelease('a/1', signal)).toHaveLength(1);
  });

  it('lets one caller give up without the others', async () => {
    const gate = Promise.withResolvers<void>();
    const slow: ManifestSource = {
      versions: async () => [],
      read: async () => {
        await gate.promise;
        return [{ name: 'a.yaml', text: manifest('a') }];
      },
    };
    const one = store(slow);
    const hasty = new AbortController();
    const given = one.loadRelease('a/1', hasty.signal);
    const kept = one.loadRelease('a/1', signal);
    hasty.abort(new Error('no time'));
    await expect(given).rejects.toThrow('no time');
    gate.resolve();
    expect(await kept).toHaveLength(1);
  });

  it('loads releases, URLs and files alike', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'store-')), 'a.yaml');
    writeFileSync(file, manifest('file'));
    const one = store(source({ 'a/1': manifest('release') }));
    expect(await one.load({ kind: 'release', path: 'a/1' }, signal)).toMatchObject([
      { metadata: { name: 'release' } },
    ]);
    expect(await one.load({ kind: 'url', url: 'https://url/a' }, signal)).toMatchObject([
      { metadata: { name: 'url' } },
    ]);
    const first = await one.load({ kind: 'file', path: file }, signal);
    expect(first).toMatchObject([{ metadata: { name: 'file' } }]);
    expect(await one.load({ kind: 'file', path: file }, signal)).toBe(first);
    writeFileSync(file, manifest('changed'));
    expect(await one.load({ kind: 'file', path: file }, signal)).toMatchObject([
      { metadata: { name: 'changed' } },
    ]);
  });

  it.each([
    { kind: 'release', path: 'a/2' },
    { kind: 'file', path: '/no/such/file' },
  ] as const)('says where nothing is: $path', async (path) => {
    await expect(store(source({})).load(path, signal)).rejects.toThrow(
      `there are no manifests at '${path.path}'`,
    );
  });
});
