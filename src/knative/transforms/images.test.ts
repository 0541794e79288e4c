import { describe, expect, it } from 'vitest';
import type { CommonSpec } from '../../api/index.ts';
import { images } from './images.ts';
import { contextFor, object, workload } from './objects.fixture.ts';
import { itemsAt, valueAt } from './path-copy.ts';

type Registry = NonNullable<CommonSpec['registry']>;

const source =
  'gcr.io/knative-releases/github.com/knative/serving/cmd/queue@sha256:1e40c99ff5977daa2d69873fff604c6d09651af1f9ff15aadf8849b3ee77ab45';
const mirror = 'new-registry.io/test/path/${NAME}:new-tag';
const kinds = ['Deployment', 'DaemonSet', 'StatefulSet', 'Job'];

const cases: readonly { readonly what: string; readonly registry: Registry; readonly image: string }[] = [
  { what: 'the default', registry: { default: mirror }, image: 'new-registry.io/test/path/queue:new-tag' },
  {
    what: 'an override',
    registry: { default: mirror, override: { queue: 'own/queue:1' } },
    image: 'own/queue:1',
  },
  { what: 'an override of something else', registry: { override: { other: 'own/other' } }, image: source },
  { what: 'nothing', registry: {}, image: source },
  { what: 'an empty default', registry: { default: '' }, image: source },
  {
    what: 'an override of the container in its workload',
    registry: { override: { 'w/queue': 'own/qualified', queue: 'own/queue' } },
    image: 'own/qualified',
  },
  { what: 'an override in another workload', registry: { override: { 'x/queue': 'own/x' } }, image: source },
  {
    what: 'a key that every object has',
    registry: { override: { toString: 'x' } },
    image: source,
  },
];

describe.each(kinds)('the images of a %s', (kind) => {
  it.each(cases)('follow $what', ({ registry, image }) => {
    const given = workload(kind, 'w', [{ name: 'queue', image: source }]);
    const changed = images(given, contextFor({ registry }));
    expect(valueAt(changed, ['spec', 'template', 'spec', 'containers'])).toEqual([{ name: 'queue', image }]);
  });

  it('are replaced one by one, in init containers and variables too', () => {
    const template = {
      spec: {
        initContainers: [{ name: 'init', image: 'a/init:1' }],
        containers: [
          {
            name: 'one',
            image: 'a/one:1',
            env: [
              { name: 'OTHER', value: 'a' },
              { name: 'RA_IMAGE', valueFrom: {} },
            ],
          },
          { name: 'two', image: 'a/two:1' },
        ],
      },
    };
    const given = object(kind === 'Job' ? 'batch/v1' : 'apps/v1', kind, 'w', { spec: { template } });
    const override = { 'w/one': 'b/one', two: 'b/two', RA_IMAGE: 'b/ra', init: 'b/init' };
    const changed = images(given, contextFor({ registry: { override, default: mirror } }));
    expect(valueAt(changed, ['spec', 'template', 'spec'])).toEqual({
      initContainers: [{ name: 'init', image: 'b/init' }],
      containers: [
        {
          name: 'one',
          image: 'b/one',
          env: [
            { name: 'OTHER', value: 'a' },
            { name: 'RA_IMAGE', value: 'b/ra' },
          ],
        },
        { name: 'two', image: 'b/two' },
      ],
    });
  });
});

describe('the default registry', () => {
  it.each([
    ['host/path/queue@sha256:abc', 'm/queue'],
    ['host/path/queue:v1', 'm/queue'],
    ['host:5000/queue', 'm/queue'],
    ['host/queue:v1@sha256:abc', 'm/queue'],
    ['badLink', 'm/container'],
    ['host/path/', 'm/container'],
    [undefined, 'm/container'],
  ])('turns %j into %s', (image, expected) => {
    const given = workload('Deployment', 'w', [{ name: 'container', image }]);
    const changed = images(given, contextFor({ registry: { default: 'm/${NAME}' } }));
    expect(valueAt(changed, ['spec', 'template', 'spec', 'containers'])).toEqual([
      { name: 'container', image: expected },
    ]);
  });

  it('puts the name wherever it is asked for, as it is', () => {
    const given = workload('Deployment', 'w', [{ name: 'c', image: 'a/$&:1' }]);
    const changed = images(given, contextFor({ registry: { default: '${NAME}/${NAME}' } }));
    expect(valueAt(changed, ['spec', 'template', 'spec', 'containers'])).toEqual([
      { name: 'c', image: '$&/$&' },
    ]);
  });
});

describe('a Job', () => {
  it.each([
    ['by the beginning of its name', { generateName: 'j-' }, 'j-/c'],
    ['by the beginning of its name even when it has one', { name: 'j', generateName: 'j-' }, 'j-/c'],
    ['by its name', { name: 'j' }, 'j/c'],
  ])('is known %s', (_, metadata, key) => {
    const given = workload('Job', '', [{ name: 'c', image: 'a' }], { metadata });
    const changed = images(given, contextFor({ registry: { override: { [key]: 'b' } } }));
    expect(valueAt(changed, ['spec', 'template', 'spec', 'containers'])).toEqual([{ name: 'c', image: 'b' }]);
  });
});

describe('a caching Image', () => {
  it.each([
    ['an override by its name', { override: { 'queue-proxy': 'own/qp:1' } }, source, 'own/qp:1'],
    ['the default, with a checksum', { default: mirror }, source, 'new-registry.io/test/path/queue:new-tag'],
    [
      'the default, with a tag',
      { default: mirror },
      'a/b/queue:v1',
      'new-registry.io/test/path/queue:new-tag',
    ],
    [
      'its own name without a path',
      { default: mirror },
      'badLink',
      'new-registry.io/test/path/queue-proxy:new-tag',
    ],
    ['nothing', {}, source, source],
  ])('follows %s', (_, registry, image, expected) => {
    const given = object('caching.internal.knative.dev/v1alpha1', 'Image', 'queue-proxy', {
      spec: { image },
    });
    expect(images(given, contextFor({ registry }))['spec']).toEqual({ image: expected });
  });

  it('gets the Secrets to pull with', () => {
    const given = object('caching.internal.knative.dev/v1alpha1', 'Image', 'queue-proxy', {
      spec: { image: 'a' },
    });
    const registry = { imagePullSecrets: [{ name: 'one' }] };
    expect(images(given, contextFor({ registry }))['spec']).toEqual({
      image: 'a',
      imagePullSecrets: [{ name: 'one' }],
    });
  });

  it('of another group is none', () => {
    const given = object('build.example.com/v1', 'Image', 'queue-proxy', { spec: { image: source } });
    expect(images(given, contextFor({ registry: { default: mirror } }))).toBe(given);
  });
});

describe('images that variables and settings carry', () => {
  const carrier = workload('Deployment', 'w', [
    {
      name: 'c',
      image: 'a/c:1',
      env: [
        { name: 'DISPATCHER_IMAGE', value: 'gcr.io/a/channel_dispatcher@sha256:abc' },
        { name: 'GH_RA_IMAGE', value: 'gcr.io/a/receive_adapter:v1' },
        { name: 'EMPTY_IMAGE', value: '' },
        { name: 'LATER_IMAGE', valueFrom: { configMapKeyRef: { name: 'm', key: 'k' } } },
        { name: 'PATH', value: 'a/b' },
      ],
    },
  ]);
  const settings = object('v1', 'ConfigMap', 'config-deployment', {
    data: { 'queue-sidecar-image': source, other: source },
  });

  /** What became of both. */
  function carried(registry: Registry) {
    const changed = images(carrier, contextFor({ registry }));
    const [container] = itemsAt(changed, ['spec', 'template', 'spec', 'containers']);
    return {
      variables: itemsAt(container, ['env']).map(({ value }) => value),
      data: images(settings, contextFor({ registry }))['data'],
    };
  }

  const before = {
    variables: [
      'gcr.io/a/channel_dispatcher@sha256:abc',
      'gcr.io/a/receive_adapter:v1',
      '',
      undefined,
      'a/b',
    ],
    data: { 'queue-sidecar-image': source, other: source },
  };

  it.each<[string, Registry]>([
    ['without being asked', { default: 'm/${NAME}' }],
    ['when told not to', { default: 'm/${NAME}', everyImage: false }],
    ['without a default', { everyImage: true }],
  ])('stay %s', (_, registry) => {
    expect(carried(registry)).toEqual(before);
  });

  it('follow the default when asked to, and overrides before it', () => {
    expect(carried({ default: 'm/${NAME}:v2', everyImage: true })).toEqual({
      variables: ['m/channel_dispatcher:v2', 'm/receive_adapter:v2', '', undefined, 'a/b'],
      data: { 'queue-sidecar-image': 'm/queue:v2', other: source },
    });
    const override = { GH_RA_IMAGE: 'own/github', 'queue-proxy': 'own/queue' };
    expect(carried({ default: 'm/${NAME}', everyImage: true, override })).toEqual({
      variables: ['m/channel_dispatcher', 'own/github', '', undefined, 'a/b'],
      data: { 'queue-sidecar-image': 'own/queue', other: source },
    });
  });

  it('are in one ConfigMap, which may say nothing of them', () => {
    const registry = { default: 'm/${NAME}', everyImage: true };
    for (const given of [
      object('v1', 'ConfigMap', 'config-other', { data: { 'queue-sidecar-image': source } }),
      object('v1', 'ConfigMap', 'config-deployment'),
      object('v1', 'ConfigMap', 'config-deployment', { data: { 'queue-sidecar-image': 5 } }),
    ]) {
      expect(images(given, contextFor({ registry }))).toBe(given);
    }
  });
});

describe('Secrets to pull with', () => {
  it.each([
    ['none', [], [], undefined],
    ['one', [], ['a'], ['a']],
    ['two in their order', [], ['b', 'a'], ['b', 'a']],
    ['new ones after those that are there', ['x'], ['a', 'b'], ['x', 'a', 'b']],
    ['one that is there already', ['a', 'x'], ['a'], ['a', 'x']],
  ])('are %s', (_, present, wanted, expected) => {
    const named = (names: readonly string[]) => names.map((name) => ({ name }));
    const template = {
      spec: { containers: [], ...(present.length === 0 ? {} : { imagePullSecrets: named(present) }) },
    };
    const given = object('apps/v1', 'Deployment', 'd', { spec: { template } });
    const changed = images(given, contextFor({ registry: { imagePullSecrets: named(wanted) } }));
    expect(valueAt(changed, ['spec', 'template', 'spec', 'imagePullSecrets'])).toEqual(
      expected === undefined ? undefined : named(expected),
    );
  });
});
