import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../kube/index.ts';
import { cachedReleases } from './cached-releases.ts';
import { releaseAssets } from './release-assets.ts';
import { releaseRoots } from './release-manifests.fixture.ts';
import { directorySource } from './directory-source.ts';
import { releasePageSource } from './release-page-source.ts';

const { signal } = new AbortController();
const manifest = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n';

/** Release pages with some files: `knative/serving/knative-v1.22.1/serving-crds.yaml` and its text. */
function pages(files: Readonly<Record<string, string>>) {
  const asked: string[] = [];
  const time = { now: 0 };
  const cache = cachedReleases(mkdtempSync(join(tmpdir(), 'releases-')));
  const source = releasePageSource({
    cache,
    clock: { ...systemClock, monotonic: () => time.now },
    async fetch(url, { method }) {
      const file = url.replace('https://github.com/', '').replace('/releases/download', '');
      asked.push(`${method} ${file}`);
      const text = files[file];
      return new Response(method === 'HEAD' ? null : text, { status: text === undefined ? 404 : 200 });
    },
  });
  return { source, cache, asked, time };
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

  it.each(['knative-serving/1.99.0', 'ingress/1.99/kourier'])('does not have %s', async (path) => {
    const { source } = pages(servingRelease('knative-v1.23.0'));
    expect(await source.read(path, signal)).toBeUndefined();
  });

  it.each([
    'knative-serving/latest',
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
