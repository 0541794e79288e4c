import { expect, it } from 'vitest';
import type { DistributedScaledObject } from '../../../../api/index.ts';
import { KnownTotal } from './known-total.ts';

function object(resourceVersion: string, total: number): DistributedScaledObject {
  const metadata = { namespace: 'shop', name: 'web', resourceVersion };
  return { metadata, spec: { totalTargetReplicas: total } } as unknown as DistributedScaledObject;
}

it('takes nothing older than its own write for news, for as long as a watch may be behind', () => {
  const total = new KnownTotal();
  expect(total.sees(object('100', 2), 0)).toBe(true);
  total.wrote({ current: 8, observed: 2, resourceVersion: '110' });
  expect(total.sees(object('105', 2), 1_000)).toBe(false);
  expect(total.current).toBe(8);
  expect(total.sees(object('111', 9), 2_000)).toBe(true);
  expect(total.current).toBe(9);
});

it('believes older versions after a minute: the hub may have been restored from a backup', () => {
  const total = new KnownTotal();
  total.wrote({ current: 8, observed: 8, resourceVersion: '12000' });
  expect(total.sees(object('600', 3), 5_000)).toBe(false);
  expect(total.sees(object('601', 3), 64_999)).toBe(false);
  expect(total.sees(object('602', 3), 65_000)).toBe(true);
  expect(total.current).toBe(3);
  expect(total.sees(object('603', 4), 65_001)).toBe(true);
});
