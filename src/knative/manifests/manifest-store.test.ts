import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../kube/index.ts';
import { targetVersion } from '../versions/index.ts';
import { ManifestError } from './manifest-error.ts';
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

  describe('with a release page', () => {
    const lookAgainMs = 3_600_000;
    const [cached, directory] = ['cached', 'directory'];
    const published = '1.23.4';

    /** What is asked of the page, and what comes of it. */
    async function find(
      wanted: string | undefined,
      has: { readonly [cached]?: readonly string[]; readonly [directory]?: readonly string[] },
      {
        current,
        error,
        version = published,
      }: { readonly current?: string; readonly error?: Error; readonly version?: string | null } = {},
    ) {
      const asked: (string | undefined)[] = [];
      const list = (names: readonly string[] = []): ManifestSource =>
        source(Object.fromEntries(names.map((name) => [`a/${name}`, ''])));
      const page: ManifestSource = {
        ...list(),
        newest: async (_directory, minor) => {
          asked.push(minor);
          if (error !== undefined) throw error;
          return { version: version ?? undefined, lookAgainMs };
        },
      };
      const one = store(list(has[directory]), { ...list(has[cached]), isPartial: true }, page);
      const found = await one.releasesFor({ directory: 'a', wanted, ownManifests: false, current }, signal);
      return { asked, ...found };
    }

    it.each([
      ['a minor version that no directory has', '1.23', { directory: ['1.22.1'] }, '1.23'],
      ['a minor version of the cache, which may have a newer patch', '1.22', { cached: ['1.22.1'] }, '1.22'],
      ['no version, with nothing but what others have wanted', undefined, { cached: ['1.22.1'] }, undefined],
      ['no version, with nightly builds only', undefined, { directory: ['latest'] }, undefined],
    ])('asks it for %s', async (_what, wanted, has, minor) => {
      const { asked, releases, lookAgainMs: again } = await find(wanted, has);
      expect(asked).toEqual([minor]);
      expect(releases).toContain(published);
      expect(again).toBe(lookAgainMs);
    });

    it.each([
      ['a whole version', '1.22.1', {}],
      ['a minor version of the directory', '1.22', { directory: ['1.22.1'], cached: ['1.22.9'] }],
      ['no version where there is a directory', undefined, { directory: ['1.22.1'] }],
      ['nightly builds that are there', 'latest', { directory: ['latest'] }],
    ])('does not ask it for %s', async (_what, wanted, has) => {
      const { asked, lookAgainMs: again } = await find(wanted, has);
      expect(asked).toEqual([]);
      expect(again).toBeUndefined();
    });

    const error = new ManifestError('no network', { transient: true });

    it.each([
      ['the minor version', '1.22', { cached: ['1.22.1'] }, undefined],
      ['the minor version, when another is installed', '1.22', { cached: ['1.22.1'] }, '1.23.0'],
      ['the installed patch', '1.22', { cached: ['1.22.1'] }, '1.22.1'],
      ['the installed version', undefined, { cached: ['1.22.1'] }, '1.22.1'],
    ])('goes on without it when %s is kept', async (_what, wanted, has, current) => {
      const { releases, lookAgainMs: again } = await find(wanted, has, {
        error,
        ...(current === undefined ? {} : { current }),
      });
      expect(releases).toEqual(has.cached);
      expect(again).toBe(60_000);
    });

    it.each([
      ['nothing is kept', '1.22', {}, undefined],
      ['only an older patch is kept', '1.22', { cached: ['1.22.1'] }, '1.22.2'],
      ['only an older version is kept', undefined, { cached: ['1.21.3'] }, '1.22.2'],
      ['a new one says no version', undefined, { cached: ['1.22.1'] }, undefined],
    ])('does not go on without it when %s', async (_what, wanted, has, current) => {
      const found = find(wanted, has, { error, ...(current === undefined ? {} : { current }) });
      await expect(found).rejects.toThrow('no network');
    });

    it.each([
      ['which shows nothing', undefined, ['1.21.3'], null, '1.22.1'],
      ['which shows nothing of the minor version', '1.22', ['1.22.0'], null, '1.22.1'],
      ['which shows nothing, and nothing is kept', '1.22', [], null, '1.22.1'],
      ['which shows only an older version', undefined, [], '1.21.3', '1.22.1'],
      ['which shows only an older patch', '1.22', [], '1.22.0', '1.22.1'],
      ['for which nobody asked to stay', '1.21', [], '1.21.3', '1.21.3'],
      ['which shows a newer one', undefined, [], '1.23.0', '1.23.0'],
    ])('lets an installed 1.22.1 be by a page %s', async (_what, wanted, cachedOnes, version, target) => {
      const { releases } = await find(wanted, { cached: cachedOnes }, { current: '1.22.1', version });
      expect(targetVersion({ wanted, ownManifests: false, releases })).toBe(target);
    });
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
