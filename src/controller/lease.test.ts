import { expect, test } from 'vitest';
import type { KubeObject } from '../api/index.ts';
import {
  acquiredLease,
  claimedLease,
  type Holding,
  leaseRecord,
  releasedLease,
  renewedLease,
} from './lease.ts';

const name = { namespace: 'knative-operator', name: 'serving.00-of-01' };
const now = Date.parse('2026-11-21T10:02:11.123Z');
const mine: Holding = { identity: 'a', durationMs: 15_000, now };
const first = acquiredLease(name, undefined, mine);
const seconds = (count: number): Holding => ({ ...mine, now: now + count * 1000 });

test('a first Lease has everything that client-go writes', () => {
  expect(first).toEqual({
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: name,
    spec: {
      holderIdentity: 'a',
      leaseDurationSeconds: 15,
      acquireTime: '2026-11-21T10:02:11.123000Z',
      renewTime: '2026-11-21T10:02:11.123000Z',
      leaseTransitions: 0,
    },
  });
});

test('a renewal moves the renew time only', () => {
  expect(renewedLease(first, seconds(2))['spec']).toEqual({
    ...(first['spec'] as object),
    renewTime: '2026-11-21T10:02:13.123000Z',
  });
});

test('another holder counts as a transition, the same one does not', () => {
  expect(leaseRecord(acquiredLease(name, first, { ...seconds(20), identity: 'b' }))).toMatchObject({
    holder: 'b',
    transitions: 1,
  });
  expect(leaseRecord(acquiredLease(name, first, seconds(20)))).toMatchObject({ holder: 'a', transitions: 0 });
});

test('what others keep in the Lease stays', () => {
  const labelled: KubeObject = {
    ...first,
    metadata: { ...first.metadata, resourceVersion: '7', labels: { a: 'b' }, annotations: { c: 'd' } },
    spec: { ...(first['spec'] as object), strategy: 'OldestEmulationVersion' },
  };
  const renewed = renewedLease(claimedLease(labelled, { identity: 'b', held: 0 }), seconds(2));
  expect(renewed.metadata).toEqual(labelled.metadata);
  expect(renewed['spec']).toMatchObject({ strategy: 'OldestEmulationVersion' });
});

test('a released Lease is nobody’s, with its heir where there is one', () => {
  expect(leaseRecord(releasedLease(first, now))).toMatchObject({ holder: '', heir: undefined });
  expect(leaseRecord(releasedLease(first, now, 'b'))).toMatchObject({ holder: '', heir: 'b' });
});

test('a claim says who asks and what they hold, and is gone with the next renewal, acquisition or release', () => {
  const claimed = claimedLease(first, { identity: 'pod b', held: 3 });
  expect(leaseRecord(claimed).claim).toEqual({ identity: 'pod b', held: 3 });
  for (const next of [
    renewedLease(claimed, seconds(2)),
    acquiredLease(name, claimed, mine),
    releasedLease(claimed, now),
  ]) {
    expect(leaseRecord(next).claim).toBeUndefined();
  }
});

test('a claim is no sign of life of the holder, everything the holder does is', () => {
  const beat = leaseRecord(first).beat;
  expect(leaseRecord(claimedLease(first, { identity: 'b', held: 0 })).beat).toBe(beat);
  expect(leaseRecord(renewedLease(first, seconds(2))).beat).not.toBe(beat);
  expect(leaseRecord(releasedLease(first, now)).beat).not.toBe(beat);
  expect(leaseRecord(acquiredLease(name, first, { ...mine, identity: 'b' })).beat).not.toBe(beat);
});

test.each([
  ['no spec', undefined],
  ['nulls', { holderIdentity: null, leaseDurationSeconds: null, leaseTransitions: null }],
])('a Lease with %s is nobody’s', (_what, spec) => {
  const lease = {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: name,
    ...(spec === undefined ? {} : { spec }),
  };
  expect(leaseRecord(lease)).toMatchObject({ holder: '', durationMs: 0, transitions: 0, claim: undefined });
});

test.each(['', 'x', '3', '-1 b', '1000 b'])('a claim written as %j is none', (text) => {
  const lease = { ...first, metadata: { ...name, annotations: { 'wheelwright.dev/lease-claim': text } } };
  expect(leaseRecord(lease).claim).toBeUndefined();
});

test('a duration that is no whole number of seconds is promised in full', () => {
  expect(leaseRecord(acquiredLease(name, undefined, { ...mine, durationMs: 1_500 })).durationMs).toBe(2_000);
});
