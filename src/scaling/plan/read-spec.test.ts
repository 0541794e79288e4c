import { describe, expect, it } from 'vitest';
import type { DistributedScaledObjectSpec } from '../../api/index.ts';
import { readSpec } from './read-spec.ts';

function read(spec: Partial<DistributedScaledObjectSpec>) {
  const scaledObjectSpec = { scaleTargetRef: { name: 'nginx' }, triggers: [{ type: 'cron', metadata: {} }] };
  return readSpec({ metadata: { name: 'nginx', namespace: 'shop' }, spec: { scaledObjectSpec, ...spec } });
}

describe('a spec', () => {
  it('has every default filled in', () => {
    expect(read({ memberClusters: [{ name: 'a' }] })).toEqual({
      ok: true,
      warnings: [],
      spec: {
        namespace: 'shop',
        total: 0,
        members: [
          { name: 'a', namespace: 'shop', weight: 1, least: 0, most: Number.POSITIVE_INFINITY, priority: 0 },
        ],
        policy: {
          gracePeriod: 60_000,
          maxRebalancePercentage: 50,
          recoveryStabilization: 60_000,
          slowProgressDeadline: undefined,
          ignoreZeroWeightOnOutage: false,
          onWhitelistRemoval: 'ScaleToZero',
        },
        strategy: 'weighted',
        method: 'sainteLague',
      },
    });
  });

  it('drains whom it says', () => {
    expect(
      read({ memberClusters: [{ name: 'a', weight: 3, minReplicas: 2, drain: true, targetNamespace: 'b' }] }),
    ).toMatchObject({ spec: { members: [{ namespace: 'b', weight: 0, least: 0, most: 0 }] } });
  });

  it.each([
    [
      { memberClusters: [{ name: 'a', weight: -2 }] },
      { members: [{ weight: 0 }] },
      { field: 'spec.memberClusters[0].weight', value: '-2' },
    ],
    [
      { rebalancingPolicy: { maxRebalancePercentage: -5 } },
      { policy: { maxRebalancePercentage: 0 } },
      { field: 'spec.rebalancingPolicy.maxRebalancePercentage', value: '-5' },
    ],
    [{ totalTargetReplicas: -1 }, { total: 0 }, { field: 'spec.totalTargetReplicas', value: '-1' }],
  ])('with what makes no sense is taken as what does: %j', (spec, expected, warning) => {
    expect(read(spec)).toMatchObject({
      ok: true,
      spec: expected,
      warnings: [{ ...warning, message: 'must not be negative; it counts as 0' }],
    });
  });

  it.each([
    ['1.1h', 3_960_000],
    ['1.005s', 1_005],
    ['100us', 0],
    ['2540400h10m10.000000001s', 9_145_440_610_000],
    ['1000000000000h', 9_223_372_036_854],
  ])('with a duration of %s has whole milliseconds', (text, milliseconds) => {
    expect(read({ rebalancingPolicy: { gracePeriod: text, slowProgressDeadline: text } })).toMatchObject({
      spec: { policy: { gracePeriod: milliseconds, slowProgressDeadline: milliseconds } },
    });
  });

  it('with a member without a name is taken, and says so', () => {
    expect(read({ memberClusters: [{ name: 'a' }, { name: '' }] })).toMatchObject({
      ok: true,
      warnings: [
        { field: 'spec.memberClusters[1].name', value: '', message: 'names no member; nothing runs there' },
      ],
    });
  });

  it('moves no more than everything (C21)', () => {
    expect(read({ rebalancingPolicy: { maxRebalancePercentage: 400 } })).toMatchObject({
      spec: { policy: { maxRebalancePercentage: 100 } },
    });
  });

  it.each(['gracePeriod', 'recoveryStabilization', 'slowProgressDeadline'] as const)(
    'with a %s that is no duration cannot be used',
    (name) => {
      for (const value of ['soon', '-1m', ''])
        expect(read({ rebalancingPolicy: { [name]: value } })).toEqual({
          ok: false,
          problems: [
            {
              field: `spec.rebalancingPolicy.${name}`,
              value,
              message: 'must be a duration such as 1m30s, not below 0',
            },
          ],
        });
    },
  );
});
