import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CommonSpec } from '../../api/index.ts';
import { targetVersion } from '../versions/index.ts';
import { loadManifests } from './load-manifests.ts';
import { storeOver } from './release-manifests.fixture.ts';

const { signal } = new AbortController();

/** A data root whose objects are named after the directory or file that they come from. */
function dataRoot(): string {
  const root = mkdtempSync(join(tmpdir(), 'data-'));
  const write = (path: string, ...objects: readonly string[]): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), objects.join('---\n'));
  };
  for (const version of ['0.24.0', '0.25.0', '0.26.0', '0.26.1', '1.0.0', 'latest']) {
    write(`knative-serving/${version}/1-core.yaml`, object(`serving-${version}`, version));
  }
  for (const version of ['0.24.2', '0.25.0', '0.26.0', '1.0.0', 'latest']) {
    write(`knative-eventing/${version}/1-core.yaml`, object(`eventing-${version}`, version));
  }
  write('ingress/1.0/istio/istio.yaml', object('istio'));
  write('ingress/1.0/kourier/kourier.yaml', object('kourier'));
  write('own/0.26.0/a.yaml', object('a', '0.26.0'));
  write('own/0.26.0/b.yaml', object('b', '0.26.0'));
  write('own/crd.yaml', object('crd'));
  write('own/unmatched.yaml', object('knative-serving', '0.17.2'));
  write('own/third-party.yaml', object('third-party', '2.0.1'));
  write('own/empty.yaml', '# nothing\n');
  return root;
}

function object(name: string, version?: string): string {
  const labels =
    version === undefined || version === 'latest' ? '{}' : `{app.kubernetes.io/version: "${version}"}`;
  return `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}, labels: ${labels}}\n`;
}

const root = dataRoot();

interface Request {
  readonly component?: 'serving' | 'eventing';
  readonly version?: string;
  readonly manifests?: readonly string[];
  readonly additional?: readonly string[];
  readonly addOns?: readonly (readonly string[])[];
}

async function load({
  component = 'serving',
  version,
  manifests = [],
  additional = [],
  addOns = [],
}: Request) {
  const store = storeOver(root);
  const spec: CommonSpec = {
    ...(version === undefined ? {} : { version }),
    manifests: manifests.map((path) => ({ URL: `${root}/own/${path}` })),
    additionalManifests: additional.map((path) => ({ URL: `${root}/own/${path}` })),
  };
  const releases = await store.versions(`knative-${component}`);
  const target = targetVersion({ wanted: version, ownManifests: manifests.length > 0, releases });
  const loaded = await loadManifests({ component, spec, version: target, addOns }, store, signal);
  return {
    core: loaded.core.map(({ metadata }) => metadata.name),
    addOns: loaded.addOns.map(({ metadata }) => metadata.name),
    additional: loaded.additional.map(({ metadata }) => metadata.name),
    paths: loaded.paths.map((path) => path.replaceAll(root, '')),
    missing: loaded.missing,
  };
}

describe('the manifests of an installation', () => {
  const own = ['${VERSION}/a.yaml', '${VERSION}/b.yaml'];
  it.each<[string, Request, readonly string[]]>([
    ['own files with the version in their names', { version: '0.26.0', manifests: own }, ['a', 'b']],
    [
      'own files without a version',
      { manifests: ['unmatched.yaml', '0.26.0/b.yaml'] },
      ['knative-serving', 'b'],
    ],
    [
      'own files and a definition',
      { manifests: ['crd.yaml', '0.26.0/a.yaml', '0.26.0/b.yaml'] },
      ['crd', 'a', 'b'],
    ],
    ['the release of a version', { version: '0.26.0' }, ['serving-0.26.0']],
    ['the newest patch of a minor', { version: '0.26' }, ['serving-0.26.1']],
    ['the nightly build', { version: 'latest' }, ['serving-latest']],
    ['the nightly build of Eventing', { component: 'eventing', version: 'latest' }, ['eventing-latest']],
    ['the newest release', { additional: ['crd.yaml'] }, ['serving-1.0.0']],
    [
      'the newest release of Eventing',
      { component: 'eventing', additional: ['crd.yaml'] },
      ['eventing-1.0.0'],
    ],
    ['own files beside additional ones', { manifests: ['0.26.0/a.yaml'], additional: ['crd.yaml'] }, ['a']],
  ])('are %s', async (_, request, core) => {
    expect((await load(request)).core).toEqual(core);
  });

  it.each<[string, Request, string]>([
    [
      'serving',
      { version: '0.22' },
      'the manifests of the target version 0.22 are not available to this release',
    ],
    [
      'eventing',
      { component: 'eventing', version: '0.22.1' },
      'the manifests of the target version 0.22.1 are not available',
    ],
    [
      'labels of another version',
      { version: '0.26.0', manifests: ['unmatched.yaml'] },
      'the version of the manifests v0.17.2 of the component knative-serving does not match the target version of the operator CR v0.26.0',
    ],
    [
      'an own file that is missing',
      { version: '0.26.0', manifests: ['none.yaml'] },
      'there are no manifests at',
    ],
    [
      'own files without objects',
      { version: '0.26.0', manifests: ['empty.yaml'] },
      'there is no resource available in the target manifests',
    ],
    [
      'additional files without objects',
      { additional: ['empty.yaml'] },
      'there is no resource available in the target manifests',
    ],
    [
      'an add-on that is missing',
      { addOns: [['ingress/1.0/contour']] },
      "the manifests 'ingress/1.0/contour' for version 1.0.0 are not available",
    ],
    ['a version that leads elsewhere', { version: '../own' }, "'../own' names no release"],
  ])('are refused: %s', async (_, request, says) => {
    await expect(load(request)).rejects.toThrow(says);
  });

  it('are the additional ones in their order, whatever version strangers give themselves', async () => {
    const { additional } = await load({ additional: ['third-party.yaml', 'crd.yaml'] });
    expect(additional).toEqual(['third-party', 'crd']);
  });

  it('are the add-ons in their order', async () => {
    const { addOns } = await load({ addOns: [['ingress/1.0/istio', 'ingress/1.0/kourier']] });
    expect(addOns).toEqual(['istio', 'kourier']);
  });

  it('may lack add-ons that own files can contain', async () => {
    const { missing, addOns, paths } = await load({
      version: '0.26.0',
      manifests: ['0.26.0/a.yaml'],
      addOns: [['ingress/0.26/istio', 'ingress/1.0/kourier']],
    });
    expect({ missing, addOns }).toEqual({ missing: ['ingress/0.26/istio'], addOns: ['kourier'] });
    expect(paths).toEqual(['/own/0.26.0/a.yaml', '/var/run/ko/ingress/1.0/kourier']);
  });

  it('are spelled in the status as knative/operator spells them', async () => {
    const { paths } = await load({
      additional: ['crd.yaml', 'third-party.yaml'],
      addOns: [['ingress/1.0/istio', 'ingress/1.0/kourier']],
    });
    expect(paths).toEqual([
      '/var/run/ko/knative-serving/1.0.0',
      '/own/crd.yaml,/own/third-party.yaml',
      '/var/run/ko/ingress/1.0/istio,/var/run/ko/ingress/1.0/kourier',
    ]);
  });

  it('are not to be had without any release', async () => {
    const request = { component: 'serving', spec: {}, version: '', addOns: [] } as const;
    await expect(loadManifests(request, storeOver(), signal)).rejects.toThrow(
      'unable to find any version number under the path knative-serving',
    );
  });
});
