import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatInventory, inventoryOf, parseInventory } from './inventory.ts';

const name = fc.stringMatching(/^[a-z0-9]([a-z0-9:.-]{0,20}[a-z0-9])?$/);
const hash = fc.stringMatching(/^[0-9a-f]{12}$/);
const entry = fc.record(
  {
    apiVersion: fc.constantFrom('v1', 'apps/v1', 'rbac.authorization.k8s.io/v1'),
    kind: fc.constantFrom('ConfigMap', 'Deployment', 'ClusterRole'),
    namespace: fc.stringMatching(/^[a-z0-9]{1,10}$/),
    name,
    rendered: hash,
    owned: hash,
  },
  { requiredKeys: ['apiVersion', 'kind', 'name', 'rendered'] },
);

describe('the inventory', () => {
  it('reads back what it wrote, whatever was in it', () => {
    fc.assert(
      fc.property(fc.array(entry), (entries) => {
        const inventory = inventoryOf(entries);
        expect(parseInventory(formatInventory(inventory))).toEqual(inventory);
      }),
    );
  });

  it('is written the same in whatever order the objects came', () => {
    const a = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'n', name: 'a', rendered: 'aaaaaaaaaaaa' };
    const b = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      namespace: 'n',
      name: 'b',
      rendered: 'bbbbbbbbbbbb',
      owned: 'cccccccccccc',
    };
    expect(formatInventory(inventoryOf([a, b]))).toBe(formatInventory(inventoryOf([b, a])));
    expect(formatInventory(inventoryOf([a, b]))).toBe(
      'apps/v1 Deployment n/b bbbbbbbbbbbb cccccccccccc\nv1 ConfigMap n/a aaaaaaaaaaaa -',
    );
  });

  it('keeps the lines that can be read when somebody has edited the others', () => {
    const text = 'v1 ConfigMap n/a aaaaaaaaaaaa -\nsomething else\n\nv1 Secret n/';
    expect([...parseInventory(text).values()].map((line) => line.name)).toEqual(['a']);
  });

  it('takes an object in two versions of its API for one', () => {
    const old = {
      apiVersion: 'autoscaling/v1',
      kind: 'HorizontalPodAutoscaler',
      namespace: 'n',
      name: 'a',
      rendered: 'aaaaaaaaaaaa',
    };
    expect(inventoryOf([old, { ...old, apiVersion: 'autoscaling/v2' }]).size).toBe(1);
  });
});
