import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { buildKey, type BuildInputs } from './build-key.ts';

const inputs: BuildInputs = {
  goMod: 'module bed',
  goSum: 'h1:abc',
  packages: { etcd: 'go.etcd.io/etcd/server/v3', kwok: 'sigs.k8s.io/kwok/cmd/kwok' },
  flags: ['-trimpath'],
  go: { GOVERSION: 'go1.26.8', GOOS: 'linux' },
};

test('a key is fit for a file name', () => {
  expect(buildKey(inputs)).toMatch(/^[0-9a-f]{16}$/);
});

test.each<readonly [string, Partial<BuildInputs>]>([
  ['go.mod', { goMod: 'module bed\n' }],
  ['go.sum', { goSum: 'h1:abd' }],
  ['packages', { packages: { etcd: 'go.etcd.io/etcd/server/v3' } }],
  [
    'names of executables',
    { packages: { etcd: 'sigs.k8s.io/kwok/cmd/kwok', kwok: 'go.etcd.io/etcd/server/v3' } },
  ],
  ['flags', { flags: ['-trimpath', '-race'] }],
  ['the version of go', { go: { GOVERSION: 'go1.26.9', GOOS: 'linux' } }],
  ['the platform', { go: { GOVERSION: 'go1.26.8', GOOS: 'darwin' } }],
])('other %s, another key', (_, change) => {
  expect(buildKey({ ...inputs, ...change })).not.toBe(buildKey(inputs));
});

test('the order in which packages and settings are named does not matter', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.string()), (record) => {
      const reversed = Object.fromEntries(Object.entries(record).toReversed());
      expect(buildKey({ ...inputs, packages: reversed, go: reversed })).toBe(
        buildKey({ ...inputs, packages: record, go: record }),
      );
    }),
  );
});
