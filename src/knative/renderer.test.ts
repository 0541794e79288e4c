import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { CommonSpec } from '../api/index.ts';
import { type DeliveryNamespace } from '../delivery/index.ts';
import { serving } from './component.ts';
import { releaseRoots, storeOver } from './manifests/release-manifests.fixture.ts';
import { Renderer } from './renderer.ts';

const { old } = releaseRoots();
const renderer = new Renderer({ manifests: storeOver(old) });
const version = '1.15.2';

/** Manifests without a Namespace. */
const directory = mkdtempSync(join(tmpdir(), 'renderer-'));
const own = join(directory, 'own.yaml');
writeFileSync(
  own,
  JSON.stringify({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'webhook', labels: { 'app.kubernetes.io/version': version } },
    spec: { template: { spec: { containers: [] } } },
  }),
);

afterAll(() => {
  rmSync(directory, { recursive: true });
});

async function namespaceFor(spec: CommonSpec): Promise<DeliveryNamespace> {
  const installation = {
    apiVersion: 'operator.knative.dev/v1beta1',
    kind: serving.kind,
    metadata: { name: 'kn', namespace: 'mine' },
    spec: { ingress: {}, ...spec },
  };
  const request = { component: serving, installation, version, namespace: 'mine', cluster: undefined };
  return (await renderer.render(request, new AbortController().signal)).set.namespace;
}

const both = {
  namespace: { labels: { team: 'a' }, annotations: { cost: '42' } },
  namespaceConfiguration: { labels: { team: 'lost', tier: 'b' } },
};

describe('the namespace of an installation', () => {
  it.each([
    ['the release', {}],
    ['manifests that hold no Namespace', { version, manifests: [{ URL: own }] }],
  ])('is made with what both fields say, with %s', async (_, spec) => {
    const { object } = await namespaceFor({ ...spec, ...both });
    expect(object).toMatchObject({
      kind: 'Namespace',
      metadata: { name: 'mine', labels: { team: 'a', tier: 'b' }, annotations: { cost: '42' } },
    });
  });

  it('is made bare where nothing says more', async () => {
    const { object, kept } = await namespaceFor({ version, manifests: [{ URL: own }] });
    expect(object).toEqual({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'mine' } });
    expect(kept).toBeUndefined();
  });

  it.each<[CommonSpec, object | undefined]>([
    [both, { name: 'mine', labels: { team: 'a' }, annotations: { cost: '42' } }],
    [{ namespaceConfiguration: both.namespaceConfiguration }, undefined],
    [{ namespace: {} }, undefined],
  ])(
    'is kept as spec.namespace says, and as nothing else, where it was there before: %j',
    async (spec, metadata) => {
      const { kept } = await namespaceFor(spec);
      expect(kept?.metadata).toEqual(metadata);
    },
  );
});
