import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../api/index.ts';
import { isFullImageReference, isImageReference, pinnedImagesIn } from './image-reference.ts';
import { imagesOf } from './images-of.ts';

const digest = `@sha256:${'0123456789abcdef'.repeat(4)}`;

function object(kind: string, content: object, apiVersion = 'v1'): KubeObject {
  return { apiVersion, kind, metadata: { namespace: 'a', name: 'b' }, ...content };
}

function workload(podSpec: object): object {
  return { spec: { template: { spec: podSpec } } };
}

describe('images', () => {
  const cases: readonly [where: string, object: KubeObject, images: readonly string[]][] = [
    [
      'containers and init containers',
      object(
        'Deployment',
        workload({ containers: [{ image: 'a' }, { image: 'x.io/b:1' }], initContainers: [{ image: 'c' }] }),
        'apps/v1',
      ),
      ['a', 'c', 'x.io/b:1'],
    ],
    ['StatefulSets', object('StatefulSet', workload({ containers: [{ image: 'a:1' }] }), 'apps/v1'), ['a:1']],
    ['DaemonSets', object('DaemonSet', workload({ containers: [{ image: 'a:1' }] }), 'apps/v1'), ['a:1']],
    ['Jobs', object('Job', workload({ containers: [{ image: 'a:1' }] }), 'batch/v1'), ['a:1']],
    [
      'CronJobs',
      object('CronJob', { spec: { jobTemplate: workload({ containers: [{ image: 'a:1' }] }) } }, 'batch/v1'),
      ['a:1'],
    ],
    [
      'volumes',
      object('Pod', { spec: { volumes: [{ image: { reference: 'x.io/files:1' } }] } }),
      ['x.io/files:1'],
    ],
    [
      'Images to be cached',
      object('Image', { spec: { image: 'queue' } }, 'caching.internal.knative.dev/v1alpha1'),
      ['queue'],
    ],
    [
      'environment variables by name',
      object(
        'Deployment',
        workload({ containers: [{ env: [{ name: 'APISERVER_RA_IMAGE', value: 'adapter' }] }] }),
        'apps/v1',
      ),
      ['adapter'],
    ],
    [
      'environment variables by value',
      object(
        'Deployment',
        workload({ containers: [{ env: [{ name: 'ADAPTER', value: `x.io/a${digest}` }] }] }),
        'apps/v1',
      ),
      [`x.io/a${digest}`],
    ],
    [
      'arguments',
      object(
        'Deployment',
        workload({
          containers: [{ args: ['-queue', 'x.io/q:1', '--sidecar-image=side', '--mirror=y.io/m:2', '-v=2'] }],
        }),
        'apps/v1',
      ),
      ['side', 'x.io/q:1', 'y.io/m:2'],
    ],
    [
      'ConfigMaps',
      object('ConfigMap', {
        data: {
          'queue-sidecar-image': 'queue',
          'log-sink': `x.io/log${digest}`,
          config: `a: 1\nimage: x.io/in${digest}\n`,
        },
      }),
      ['queue', `x.io/in${digest}`, `x.io/log${digest}`],
    ],
    [
      'kinds that nobody knows',
      object('Thing', { spec: { agent: { image: 'x.io/agent' } } }, 'example.com/v1'),
      ['x.io/agent'],
    ],
    // None of these names an image.
    ['examples', object('ConfigMap', { data: { _example: `x.io/a${digest}`, b: 'c' } }), []],
    ['policies', object('Pod', { spec: { containers: [{ imagePullPolicy: 'always' }] } }), []],
    ['secrets to pull with', object('Pod', { spec: { imagePullSecrets: [{ name: 'image' }] } }), []],
    [
      'addresses',
      object('ConfigMap', { data: { a: 'http://x.io/b:1', b: 'x.io:443', c: 'svc.ns:80/path' } }),
      [],
    ],
    [
      'labels and annotations',
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'b', annotations: { image: `x.io/a${digest}` } },
      },
      [],
    ],
    [
      'definitions of kinds',
      object(
        'CustomResourceDefinition',
        { spec: { default: { image: `x.io/a${digest}` } } },
        'apiextensions.k8s.io/v1',
      ),
      [],
    ],
  ];

  it.each(cases)('of %s', (_, given, images) => {
    expect(imagesOf([given]).map(({ image }) => image)).toEqual(images);
  });

  it('are named once, with everything that uses them', () => {
    const other = {
      ...object('Job', workload({ containers: [{ image: 'a' }] }), 'batch/v1'),
      metadata: { name: 'c' },
    };
    expect(
      imagesOf([object('Pod', { spec: { containers: [{ image: 'a' }, { image: 'a' }] } }), other]),
    ).toEqual([{ image: 'a', usedBy: ['Job c', 'Pod a/b'] }]);
  });

  it('are found in anything, or not, but never fail', () => {
    fc.assert(
      fc.property(fc.object(), (content) => {
        expect(() => imagesOf([object('Any', content as object)])).not.toThrow();
      }),
    );
  });
});

describe('a reference to an image', () => {
  it.each([
    ['nginx', true, false],
    ['nginx:1.25', true, false],
    ['library/nginx', true, false],
    ['gcr.io/knative-releases/knative.dev/serving/cmd/queue', true, false],
    ['docker.io/envoyproxy/envoy:v1.37-latest', true, true],
    [`gcr.io/a/b${digest}`, true, true],
    [`localhost:5000/a:1${digest}`, true, true],
    ['registry:5000/a:1', true, true],
    ['', false, false],
    ['Has/Upper:1', false, false],
    ['http://x.io/a:1', false, false],
    ['x.io/a:1 b', false, false],
    ['${IMAGE}', false, false],
    ['x.io/a@sha256:12', false, false],
  ])('%s', (text, can, must) => {
    expect([isImageReference(text), isFullImageReference(text)]).toEqual([can, must]);
  });

  it('is found in a text with registry and digest only', () => {
    const text = `image: x.io/a${digest}, "y.io:5000/b/c:v1${digest}" and z.io/d:1; https://w.io/e${digest}`;
    expect(pinnedImagesIn(text)).toEqual([`x.io/a${digest}`, `y.io:5000/b/c:v1${digest}`]);
  });

  it('of any length is judged quickly', () => {
    const long = `${'a-'.repeat(20_000)}!`;
    expect([isImageReference(long), isFullImageReference(long), pinnedImagesIn(long)]).toEqual([
      false,
      false,
      [],
    ]);
  });
});
