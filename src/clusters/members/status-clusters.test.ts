import * as fc from 'fast-check';
import { expect, test } from 'vitest';
// oxlint-disable-next-line no-restricted-imports -- what is for tests has no door
import { applyMergePatch } from '../../../test/support/apply-merge-patch.ts';
import { aMember } from '../testing/a-member.ts';
import { readMark, withoutMark } from './credential-mark.ts';
import { clustersPatch, statusClusters, type StatusClusters } from './status-clusters.ts';

const now = Date.parse('2026-01-01T00:00:00Z');
const day = 24 * 60 * 60 * 1000;

const member = aMember('kubeconfig#member-a', { alias: 'member-a' });

test('a member is listed by its alias, with what its provider calls it', () => {
  expect(statusClusters([member], now)).toEqual({
    'member-a': { id: 'member-a', provider: 'kubeconfig', state: 'Ready', info: 'It answers.' },
  });
});

test('what a server said is masked and cut, and what else is to be told is told nevertheless', () => {
  const info = `The server says: Bearer abcdefghijklmnop ${'x'.repeat(100_000)}`;
  const [cluster] = Object.values(
    statusClusters([{ ...member, info, isDrained: true, credentialExpiresAt: now - day }], now),
  );
  expect(cluster?.info).toMatch(
    /^The server says: Bearer \[redacted\] x+… It is drained\. Its credential ended/,
  );
  expect(cluster?.info?.length).toBeLessThan(600);
});

test('a member without an alias of its own is listed by its canonical id', () => {
  const masked = { ...member, id: 'file#/mc/a+u@member-a', local: '/mc/a+u@member-a', alias: undefined };
  expect(Object.keys(statusClusters([member, masked], now))).toEqual(['member-a', 'file#/mc/a+u@member-a']);
});

test.for([
  [6 * day, 'It answers. Its credential ends at 2026-01-07T00:00:00.000Z.'],
  [8 * day, 'It answers.'],
  [-day, 'It answers. Its credential ended at 2025-12-31T00:00:00.000Z.'],
] as const)('a credential that ends in %d ms is told as "%s"', ([inMs, info]) => {
  const [cluster] = Object.values(statusClusters([{ ...member, credentialExpiresAt: now + inMs }], now));
  expect(cluster?.info).toBe(info);
});

test('a drained member says so', () => {
  const [cluster] = Object.values(statusClusters([{ ...member, isDrained: true }], now));
  expect(cluster?.info).toBe('It answers. It is drained.');
});

test('which kubeconfig the state is about is said last, and can be read again', () => {
  const marked = { ...member, isDrained: true, credential: '0123456789ab' };
  const [cluster] = Object.values(statusClusters([marked], now));
  expect(cluster?.info).toBe('It answers. It is drained. Credential 0123456789ab.');
  expect(readMark(cluster?.info)).toBe('0123456789ab');
  expect(withoutMark(cluster?.info ?? '')).toBe('It answers. It is drained.');
  expect(readMark('It answers.')).toBeUndefined();
});

test('what is so already needs no patch, whatever else stands there', () => {
  const wanted = statusClusters([member], now);
  const live = { 'member-a': { ...wanted['member-a'], hardTainted: true } };
  expect(clustersPatch(live, wanted)).toBeUndefined();
});

const entry = fc.record({
  id: fc.constantFrom('x', 'y'),
  provider: fc.constant('kubeconfig'),
  state: fc.constantFrom('Ready', 'NotReady'),
  info: fc.constantFrom('a', 'b'),
});
const clusters = fc.dictionary(fc.constantFrom('a', 'b', 'c'), entry);

test('the patch makes any status the wanted one, keeps what others wrote, and is then needed no more', () => {
  fc.assert(
    fc.property(clusters, clusters, (before: StatusClusters, wanted: StatusClusters) => {
      const live = Object.fromEntries(
        Object.entries(before).map(([key, cluster]) => [key, { ...cluster, hardTainted: true }]),
      );
      const patch = clustersPatch(live, wanted);
      const after = (patch === undefined ? live : applyMergePatch(live, patch)) as StatusClusters;
      expect(Object.keys(after).sort()).toEqual(Object.keys(wanted).sort());
      const kept = Object.keys(wanted).filter((key) => Object.hasOwn(before, key));
      expect(after).toMatchObject({
        ...wanted,
        ...Object.fromEntries(kept.map((key) => [key, { ...wanted[key], hardTainted: true }])),
      });
      expect(clustersPatch(after, wanted)).toBeUndefined();
    }),
  );
});
