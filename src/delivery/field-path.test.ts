import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withoutField } from './field-path.ts';

const deployment = {
  metadata: { labels: { 'app.kubernetes.io/name': 'a', other: 'b' } },
  data: { 'loglevel.controller': 'info', loglevel: { controller: 1 } },
  spec: {
    replicas: 3,
    finalizers: ['one', 'two'],
    containers: [
      { name: 'a', env: [{ name: 'X', value: '1' }], ports: [{ containerPort: 80, protocol: 'TCP' }] },
      { name: 'b', image: 'img' },
    ],
  },
};

describe('taking a field out of an object', () => {
  it.each([
    ['a plain field', '.spec.replicas', { ...deployment, spec: { ...deployment.spec, replicas: undefined } }],
    [
      'a key with dots and a slash',
      '.metadata.labels.app.kubernetes.io/name',
      { ...deployment, metadata: { labels: { other: 'b' } } },
    ],
    [
      'the longest key that fits',
      '.data.loglevel.controller',
      { ...deployment, data: { loglevel: { controller: 1 } } },
    ],
    [
      'a member of a set',
      '.spec.finalizers[="two"]',
      { ...deployment, spec: { ...deployment.spec, finalizers: ['one'] } },
    ],
    [
      'a field of a list item',
      '.spec.containers[name="b"].image',
      {
        ...deployment,
        spec: { ...deployment.spec, containers: [deployment.spec.containers[0], { name: 'b' }] },
      },
    ],
    [
      'an item by several keys',
      '.spec.containers[name="a"].ports[containerPort=80,protocol="TCP"]',
      {
        ...deployment,
        spec: {
          ...deployment.spec,
          containers: [{ ...deployment.spec.containers[0], ports: [] }, deployment.spec.containers[1]],
        },
      },
    ],
  ])('removes %s', (_case, path, expected) => {
    expect(withoutField(deployment, path)).toEqual(expected);
  });

  it.each([
    '',
    '.spec.nothing',
    '.spec.containers[name="z"].image',
    '.spec[',
    'spec.replicas',
    '.spec.replicas[0]',
    '.spec.containers[name=].x',
  ])('leaves the object alone for a path that leads nowhere: %s', (path) => {
    expect(withoutField(deployment, path)).toEqual(deployment);
  });

  it('never throws and never changes its input', () => {
    const before = structuredClone(deployment);
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.stringMatching(/^(\.[a-z]{1,5}|\[[a-z="0-9,]{0,8}\]){0,5}$/)),
        (path) => {
          withoutField(deployment, path);
          expect(deployment).toEqual(before);
        },
      ),
    );
  });
});
