import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { accountReferences, podReferences } from './pod-references.ts';

/** `Kind name`, with `?` where pods start without it. */
function found(pod: Readonly<Record<string, unknown>>): readonly string[] {
  return podReferences({ spec: pod }).map(
    ({ kind, name, isOptional }) => `${kind} ${name}${isOptional ? '?' : ''}`,
  );
}

describe('a pod refers to', () => {
  test.each<[string, Readonly<Record<string, unknown>>, readonly string[]]>([
    ['a mounted ConfigMap', { volumes: [{ configMap: { name: 'a' } }] }, ['ConfigMap a']],
    ['a mounted Secret', { volumes: [{ secret: { secretName: 'a' } }] }, ['Secret a']],
    ['an optional one', { volumes: [{ secret: { secretName: 'a', optional: true } }] }, ['Secret a?']],
    [
      'what is projected into one volume',
      {
        volumes: [
          {
            projected: {
              sources: [{ configMap: { name: 'a' } }, { secret: { name: 'b' } }, { downwardAPI: {} }],
            },
          },
        ],
      },
      ['ConfigMap a', 'Secret b'],
    ],
    [
      'what storage logs in with',
      {
        volumes: [
          { csi: { driver: 'd', nodePublishSecretRef: { name: 'a' } } },
          { azureFile: { secretName: 'b', shareName: 's' } },
          { rbd: { secretRef: { name: 'c' } } },
        ],
      },
      ['Secret a', 'Secret b', 'Secret c'],
    ],
    [
      'an environment',
      {
        containers: [
          { envFrom: [{ configMapRef: { name: 'a' } }, { secretRef: { name: 'b', optional: true } }] },
        ],
      },
      ['ConfigMap a', 'Secret b?'],
    ],
    [
      'single variables, of containers that run first as well',
      {
        initContainers: [{ env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'a', key: 'k' } } }] }],
        containers: [
          {
            env: [
              { name: 'B', valueFrom: { secretKeyRef: { name: 'b', key: 'k' } } },
              { name: 'C', value: 'c' },
            ],
          },
        ],
      },
      ['ConfigMap a', 'Secret b'],
    ],
    ['pull secrets', { imagePullSecrets: [{ name: 'a' }] }, ['Secret a?']],
    ['its account', { serviceAccountName: 'a' }, ['ServiceAccount a']],
    ['no account that every namespace has', { serviceAccountName: 'default' }, []],
    [
      'no certificates that every namespace has',
      { volumes: [{ projected: { sources: [{ configMap: { name: 'kube-root-ca.crt' } }] } }] },
      [],
    ],
    [
      'each once, and what is needed anywhere is needed',
      {
        volumes: [{ secret: { secretName: 'a', optional: true } }],
        containers: [{ envFrom: [{ secretRef: { name: 'a' } }] }],
        imagePullSecrets: [{ name: 'a' }],
      },
      ['Secret a'],
    ],
    ['nothing that has no name', { volumes: [{ configMap: {} }], containers: [{ env: [{}] }] }, []],
  ])('%s', (_what, pod, wanted) => {
    expect(found(pod)).toEqual(wanted);
  });
});

test('an account lends its pull secrets', () => {
  expect(accountReferences({ imagePullSecrets: [{ name: 'a' }], secrets: [{ name: 'token' }] })).toEqual([
    { kind: 'Secret', name: 'a', isOptional: true },
  ]);
});

test('whatever stands in a template is read without an error, and in any order the same', () => {
  fc.assert(
    fc.property(fc.anything(), (anything) => {
      expect(podReferences(anything)).toBeInstanceOf(Array);
      expect(podReferences({ spec: { volumes: anything, containers: [anything] } })).toBeInstanceOf(Array);
    }),
  );
  const volume = fc.record({
    kind: fc.constantFrom('configMap', 'secret'),
    name: fc.constantFrom('a', 'b', 'c'),
    optional: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(volume), (volumes) => {
      const made = volumes.map(({ kind, name, optional }) => ({
        [kind]: kind === 'secret' ? { secretName: name, optional } : { name, optional },
      }));
      const names = found({ volumes: made });
      expect(found({ volumes: made.toReversed() })).toEqual(names);
      const distinct = new Set(volumes.map(({ kind, name }) => `${kind} ${name}`));
      expect(names).toHaveLength(distinct.size);
    }),
  );
});
