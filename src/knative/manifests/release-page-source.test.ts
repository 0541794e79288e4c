import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../kube/index.ts';
import { targetVersion } from '../versions/index.ts';
import { servingAddOns } from './add-ons.ts';
import { cachedReleases } from './cached-releases.ts';
import { loadManifests } from './load-manifests.ts';
import { ManifestStore } from './manifest-store.ts';
import { releaseAssets } from './release-assets.ts';
import { releaseRoots } from './release-manifests.fixture.ts';
import { directorySource } from './directory-source.ts';
import { releasePageSource } from './release-page-source.ts';
import { UrlManifests } from './url-manifests.ts';

const { signal } = new AbortController();
const on = { enabled: true } as const;
const manifest = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n';

/**
 * Release pages with some files: `knative/serving/knative-v1.22.1/serving-crds.yaml` and its text; of what a page calls
 * the latest release, `knative/serving/releases/latest` and the tag.
 */
function pages(files: Record<string, string>) {
  const asked: string[] = [];
  const time = { now: 0 };
  const trouble: { error?: Error } = {};
  const clock = { ...systemClock, monotonic: () => time.now };
  const cache = cachedReleases(mkdtempSync(join(tmpdir(), 'releases-')));
  const source = releasePageSource({
    cache,
    clock,
    async fetch(url, { method }) {
      const file = url.replace('https://github.com/', '').replace('/releases/download', '');
      asked.push(`${method} ${file}`);
      if (trouble.error !== undefined) throw trouble.error;
      const text = files[file];
      const response = new Response(method === 'HEAD' ? null : text, {
        status: text === undefined ? 404 : 200,
      });
      const led = file.endsWith('/latest') ? url.replace(/latest$/, `tag/${text}`) : url;
      return Object.defineProperty(response, 'url', { value: led });
    },
  });
  return { source, cache, clock, asked, time, trouble };
}

const serving = [
  'serving-crds.yaml',
  'serving-core.yaml',
  'serving-hpa.yaml',
  'serving-post-install-jobs.yaml',
];

function servingRelease(tag: string): Record<string, string> {
  return Object.fromEntries(serving.map((file) => [`knative/serving/${tag}/${file}`, manifest]));
}

describe('a release page', () => {
  it('gives the files of a version, which are then in the cache', async () => {
    const { source, cache } = pages(servingRelease('knative-v1.23.0'));
    const files = await source.read('knative-serving/1.23.0', signal);
    expect(files?.map(({ name }) => name)).toEqual(serving.map((name, index) => `${index + 1}-${name}`));
    const cached = await cache.read('knative-serving/1.23.0', signal);
    expect(cached?.map(({ name, text }) => ({ name: basename(name), text }))).toEqual(files);
    expect(await cache.versions('knative-serving')).toEqual(['1.23.0']);
  });

  it('gives the newest patch of an add-on', async () => {
    const { source, asked } = pages({
      'knative-extensions/net-kourier/knative-v1.22.0/kourier.yaml': manifest,
      'knative-extensions/net-kourier/knative-v1.22.1/kourier.yaml': `${manifest}data: {newest: "yes"}\n`,
    });
    const files = await source.read('ingress/1.22/kourier', signal);
    expect(files?.[0]?.text).toContain('newest');
    expect(asked).toEqual([
      'HEAD knative-extensions/net-kourier/knative-v1.22.0/kourier.yaml',
      'HEAD knative-extensions/net-kourier/knative-v1.22.1/kourier.yaml',
      'HEAD knative-extensions/net-kourier/knative-v1.22.2/kourier.yaml',
      'GET knative-extensions/net-kourier/knative-v1.22.1/kourier.yaml',
    ]);
  });

  it('gives an add-on anew to each version of the core, and keeps what the others have', async () => {
    const path = 'ingress/1.22/kourier';
    const page = 'knative-extensions/net-kourier';
    const files: Record<string, string> = { [`${page}/knative-v1.22.0/kourier.yaml`]: manifest };
    const { source, cache } = pages(files);
    await source.read(path, signal, '1.22.1');
    files[`${page}/knative-v1.22.1/kourier.yaml`] = `${manifest}data: {newest: "yes"}\n`;
    expect(await cache.read(path, signal, '1.22.2')).toBeUndefined();
    const [newer] = (await source.read(path, signal, '1.22.2')) ?? [];
    expect(newer?.text).toContain('newest');
    const [kept] = (await cache.read(path, signal, '1.22.2')) ?? [];
    expect(kept?.text).toBe(newer?.text);
    const [older] = (await cache.read(path, signal, '1.22.1')) ?? [];
    expect(older?.text).toBe(manifest);
  });

  it.each(['knative-serving/1.99.0', 'ingress/1.99/kourier'])('does not have %s', async (path) => {
    const { source } = pages(servingRelease('knative-v1.23.0'));
    expect(await source.read(path, signal)).toBeUndefined();
  });

  it.each([
    'knative-serving/latest',
    'knative-serving/1.22',
    'knative-serving/1.23.0-rc1',
    'security-guard/0.6',
    'ingress/1.22/traefik',
    'x',
  ])('is not even asked for %s', async (path) => {
    const { source, asked } = pages({});
    expect(await source.read(path, signal)).toBeUndefined();
    expect(asked).toEqual([]);
  });

  it('is broken when a release lacks a file, or a file is broken', async () => {
    const { 'knative/serving/knative-v1.23.0/serving-hpa.yaml': _, ...incomplete } =
      servingRelease('knative-v1.23.0');
    const first = pages(incomplete);
    await expect(first.source.read('knative-serving/1.23.0', signal)).rejects.toThrow(
      /serving-hpa\.yaml' does not exist/,
    );
    const second = pages({
      ...servingRelease('knative-v1.23.0'),
      'knative/serving/knative-v1.23.0/serving-core.yaml': 'x: [',
    });
    await expect(second.source.read('knative-serving/1.23.0', signal)).rejects.toThrow(
      /serving-core\.yaml' as YAML/,
    );
    expect(await second.cache.versions('knative-serving')).toEqual([]);
  });

  it('cannot be listed', async () => {
    expect(await pages({}).source.versions('knative-serving')).toEqual([]);
  });
});

describe('the newest release of a page', () => {
  const core = 'knative-serving';
  const latest = 'knative/serving/releases/latest';
  const hourMs = 3_600_000;
  const release = (version: string): Record<string, string> => servingRelease(`knative-v${version}`);

  it.each([
    ['1.22', '1.22.1'],
    ['1.23', '1.23.0'],
    ['1.99', undefined],
    [undefined, '1.23.0'],
  ])('of %s is %s', async (minor, newest) => {
    const { source } = pages({
      [latest]: 'knative-v1.23.0',
      ...release('1.22.0'),
      ...release('1.22.1'),
      ...release('1.23.0'),
    });
    expect((await source.newest?.(core, minor, signal))?.version).toBe(newest);
  });

  it('is not a late patch of an older minor version, though a page may call that the latest', async () => {
    const { source } = pages({
      [latest]: 'knative-v1.21.3',
      ...release('1.21.3'),
      ...release('1.22.0'),
      ...release('1.22.1'),
    });
    expect((await source.newest?.(core, undefined, signal))?.version).toBe('1.22.1');
  });

  it.each([{}, { [latest]: '' }, { [latest]: 'v0.1' }])('is none on a page with %j', async (files) => {
    const { source } = pages(files);
    expect((await source.newest?.(core, undefined, signal))?.version).toBeUndefined();
    expect((await source.newest?.('security-guard', undefined, signal))?.version).toBeUndefined();
  });

  it.each(['1.22', undefined])('of %s is unknown where a server says yes to everything', async (minor) => {
    const fetch = async (): Promise<Response> =>
      Object.defineProperty(new Response('<html>'), 'url', {
        value: 'https://portal.example.com/releases/tag/knative-v1.22.0',
      });
    const { cache } = pages({});
    const source = releasePageSource({ cache, fetch });
    await expect(source.newest?.(core, minor, signal)).rejects.toMatchObject({ transient: true });
  });

  it('is asked for once an hour, and nobody waits for it again', async () => {
    const files = release('1.22.0');
    const { source, asked, time } = pages(files);
    const newest = () => source.newest?.(core, '1.22', signal);
    expect(await newest()).toEqual({ version: '1.22.0', lookAgainMs: hourMs });
    Object.assign(files, release('1.22.1'));
    const before = asked.length;
    time.now = hourMs - 1;
    expect(await newest()).toEqual({ version: '1.22.0', lookAgainMs: 1 });
    expect(asked.length).toBe(before);
    time.now = hourMs;
    expect(await newest()).toEqual({ version: '1.22.0', lookAgainMs: 60_000 });
    await vi.waitFor(async () => expect((await newest())?.version).toBe('1.22.1'));
    expect(asked.length).toBe(before + 3);
  });

  it('stays what it was while the page does not answer', async () => {
    const { source, time, trouble } = pages(release('1.22.0'));
    const newest = () => source.newest?.(core, '1.22', signal);
    await newest();
    trouble.error = new Error('no network');
    for (time.now = hourMs; time.now < 2 * hourMs; time.now += 60_000) {
      expect((await newest())?.version).toBe('1.22.0');
    }
  });

  it('is unknown where the page never answered, which is waited for once and tried again', async () => {
    const { source, asked, time, trouble } = pages(release('1.22.0'));
    trouble.error = new Error('no network');
    const newest = () => source.newest?.(core, '1.22', signal);
    await expect(newest()).rejects.toThrow(/^cannot get 'https:\/\/github.com\/knative\/serving\//);
    await expect(newest()).rejects.toMatchObject({ transient: true });
    expect(asked.length).toBe(1);
    delete trouble.error;
    time.now = 60_000;
    await vi.waitFor(async () => expect((await newest())?.version).toBe('1.22.0'));
  });
});

describe('an installation by minor version, or by none, that is downloaded', () => {
  const hourMs = 3_600_000;
  const kourier = (patch: number): Record<string, string> => ({
    [`knative-extensions/net-kourier/knative-v1.22.${patch}/kourier.yaml`]: `${manifest}data: {patch: "${patch}"}\n`,
  });

  /** What is installed by a process with this cache and page, and the patch of its ingress. */
  function process({ cache, source, clock }: ReturnType<typeof pages>) {
    const urls = new UrlManifests({ clock, fetch: async () => new Response(null, { status: 404 }) });
    const store = new ManifestStore({ sources: [cache, source], urls, signal });
    return async (wanted: string | undefined): Promise<string> => {
      const spec = { ...(wanted === undefined ? {} : { version: wanted }), ingress: { kourier: on } };
      const request = { directory: 'knative-serving', wanted, ownManifests: false };
      const { releases } = await store.releasesFor(request, signal);
      const version = targetVersion({ wanted, ownManifests: false, releases });
      const addOns = servingAddOns(spec, version);
      const loaded = await loadManifests({ component: 'serving', spec, version, addOns }, store, signal);
      expect(loaded.paths[0]).toBe(`/var/run/ko/knative-serving/${version}`);
      expect(loaded.paths[1]).toBe('/var/run/ko/ingress/1.22/kourier');
      const patch = /"patch":"(.)"/.exec(JSON.stringify(loaded.addOns))?.[1];
      return `${version} with patch ${patch}`;
    };
  }

  it.each(['1.22', undefined])('%s follows the newest patch, and its add-ons with it', async (wanted) => {
    const files: Record<string, string> = {
      'knative/serving/releases/latest': 'knative-v1.22.0',
      ...servingRelease('knative-v1.22.0'),
      ...kourier(0),
    };
    const page = pages(files);
    const installed = process(page);
    expect(await installed(wanted)).toBe('1.22.0 with patch 0');
    Object.assign(files, servingRelease('knative-v1.22.1'), kourier(1));
    expect(await installed(wanted)).toBe('1.22.0 with patch 0');
    page.time.now = hourMs;
    await installed(wanted);
    await vi.waitFor(async () => expect(await installed(wanted)).toBe('1.22.1 with patch 1'));
    expect(await installed('1.22.0')).toBe('1.22.0 with patch 0');
    const restarted = process({ ...page, source: pages({}).source });
    expect(await restarted('1.22.1')).toBe('1.22.1 with patch 1');
  });

  it('without a version is the newest that is published, whatever others have wanted', async () => {
    const page = pages({
      'knative/serving/releases/latest': 'knative-v1.22.0',
      ...servingRelease('knative-v1.21.0'),
      ...servingRelease('knative-v1.22.0'),
      ...kourier(0),
    });
    await page.source.read('knative-serving/1.21.0', signal);
    expect(await process(page)(undefined)).toBe('1.22.0 with patch 0');
  });
});

describe('the files of a release page', () => {
  const { recent, old } = releaseRoots();
  const root = recent ?? old;
  const minor = recent === undefined ? '1.15' : '1.22';
  const patch = {
    serving: recent === undefined ? '1.15.2' : '1.22.1',
    eventing: recent === undefined ? '1.15.0' : '1.22.2',
  };

  it.each([
    `knative-serving/${patch.serving}`,
    `knative-eventing/${patch.eventing}`,
    ...['istio', 'contour', 'kourier'].map((name) => `ingress/${minor}/${name}`),
    ...['ceph', 'github', 'gitlab', 'kafka', 'rabbitmq', 'redis'].map(
      (name) => `eventing-source/${minor}/${name}`,
    ),
  ])('are those that the project bundles for %s', async (path) => {
    const bundled = await directorySource(root).read(path, signal);
    const names = bundled?.map(({ name }) => basename(name).replace(/^[0-9]+-/, ''));
    expect([...(releaseAssets(path)?.files ?? [])].sort()).toEqual(names?.toSorted());
  });
});
