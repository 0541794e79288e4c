import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { EngineWorld, second } from '../testing/engine-world.ts';

type Step = { readonly forSeconds: number } & (
  | { readonly what: 'load'; readonly value: number }
  | { readonly what: 'broken' | 'gone' | 'restart' }
);

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    what: fc.constant('load' as const),
    value: fc.nat(200),
    forSeconds: fc.integer({ min: 1, max: 400 }),
  }),
  fc.record({
    what: fc.constantFrom('broken' as const, 'gone' as const, 'restart' as const),
    forSeconds: fc.integer({ min: 1, max: 400 }),
  }),
);

const anySpec = fc
  .record({
    min: fc.nat(4),
    more: fc.nat(20),
    cooldownPeriod: fc.constantFrom(0, 30, 300),
    pollingInterval: fc.constantFrom(1, 7, 30),
  })
  .map(({ min, more, cooldownPeriod, pollingInterval }) => ({
    minReplicaCount: min,
    maxReplicaCount: Math.max(1, min + more),
    cooldownPeriod,
    pollingInterval,
  }));

async function play(world: EngineWorld, step: Step): Promise<void> {
  if (step.what === 'load') world.load(String(step.value));
  else if (step.what === 'broken') world.load('no number');
  else if (step.what === 'gone') world.hub.remove('ConfigMap', { namespace: 'shop', name: 'load' });
  else world.engine.forget('shop/web');
  await world.advance(step.forSeconds * second);
}

test('whatever happens, totals stay within bounds, and nothing shrinks while its trigger fails', async () => {
  await fc.assert(
    fc.asyncProperty(anySpec, fc.nat(10), fc.array(anyStep, { maxLength: 8 }), async (spec, total, steps) => {
      using world = new EngineWorld();
      await world.given({ spec, total: Math.min(total, spec.maxReplicaCount) });
      let isFailing = true;
      for (const step of steps) {
        if (step.what !== 'restart') isFailing = step.what !== 'load';
        const before = world.total;
        await play(world, step);
        const isSettled = !isFailing && step.forSeconds > 60;
        const [least, most] = isFailing
          ? [before, before]
          : [isSettled ? spec.minReplicaCount : 0, spec.maxReplicaCount];
        expect(world.total).toBeGreaterThanOrEqual(least);
        expect(world.total).toBeLessThanOrEqual(most);
      }
      // No write says what is so already.
      expect(world.hub.totals.every((one, index, all) => index === 0 || one !== all[index - 1])).toBe(true);
      expect(world.defects).toEqual([]);
    }),
    { numRuns: 40 },
  );
}, 60_000);
