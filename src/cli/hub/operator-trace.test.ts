import { describe, expect, it } from 'vitest';
import { holdersOf, isHeld, leasesInUse, type OperatorLease } from './operator-trace.ts';

const now = Date.parse('2026-11-21T10:00:00Z');

function lease(bucket: string, { holder = 'pod-1', seconds = 2, kind = 'serving' } = {}): OperatorLease {
  return {
    namespace: 'wheelwright',
    name: `knative-operator.knative.dev.operator.pkg.reconciler.knative${kind}.reconciler.${bucket}`,
    holder,
    renewedAt: new Date(now - seconds * 1000).toISOString(),
    durationMs: 15_000,
  };
}

describe('a Lease', () => {
  it.each([
    ['renewed in time is held', lease('00-of-01'), true],
    ['given up is not held', lease('00-of-01', { holder: '' }), false],
    ['of a replica that died is not held', lease('00-of-01', { seconds: 60 }), false],
    ['a little late is held, because clocks differ', lease('00-of-01', { seconds: 18 }), true],
    ['without a time is not held', { ...lease('00-of-01'), renewedAt: undefined }, false],
  ])('%s', (_, one, held) => {
    expect(isHeld(one, now)).toBe(held);
  });

  it('that is left over from another number of buckets does not count', () => {
    const leases = [
      lease('00-of-01', { seconds: 9_000, holder: '' }),
      lease('00-of-02'),
      lease('01-of-02', { seconds: 60 }),
      lease('00-of-01', { kind: 'eventing', seconds: 5 }),
    ];
    expect(leasesInUse(leases).map(({ name }) => name.replace(/.*knative/, ''))).toEqual([
      'eventing.reconciler.00-of-01',
      'serving.reconciler.00-of-02',
      'serving.reconciler.01-of-02',
    ]);
  });

  it('tells who works', () => {
    const leases = [
      lease('00-of-03', { holder: 'pod-2' }),
      lease('01-of-03', { holder: 'pod-1' }),
      lease('02-of-03', { holder: 'pod-2' }),
      lease('00-of-01', { holder: 'pod-9', seconds: 90 }),
    ];
    expect(holdersOf(leases, now)).toEqual(['pod-1', 'pod-2']);
  });
});
