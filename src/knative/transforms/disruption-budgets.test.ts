import { expect, it } from 'vitest';
import { disruptionBudgets } from './disruption-budgets.ts';
import { contextFor, object } from './objects.fixture.ts';

const given = object('policy/v1', 'PodDisruptionBudget', 'activator-pdb', {
  spec: { minAvailable: '80%', selector: {} },
});

it.each([
  ['a lower bound', { minAvailable: '50%' }, { minAvailable: '50%', selector: {} }],
  ['an upper bound', { maxUnavailable: 1 }, { maxUnavailable: 1, selector: {} }],
  ['an upper bound of 0', { maxUnavailable: 0 }, { maxUnavailable: 0, selector: {} }],
  [
    'fields that are not acted on',
    { selector: { matchLabels: { a: 'b' } } },
    { minAvailable: '80%', selector: {} },
  ],
])('takes %s', (_, bounds, expected) => {
  const spec = { podDisruptionBudgets: [{ name: 'activator-pdb', ...bounds }] };
  expect(disruptionBudgets(given, contextFor(spec))['spec']).toEqual(expected);
});

it('takes a bound that comes after an entry that says nothing', () => {
  const name = 'activator-pdb';
  const spec = { podDisruptionBudgets: [{ name }, { name, maxUnavailable: 1 }] };
  expect(disruptionBudgets(given, contextFor(spec))['spec']).toEqual({ maxUnavailable: 1, selector: {} });
});

it('refuses both bounds', () => {
  const spec = { podDisruptionBudgets: [{ name: 'activator-pdb', minAvailable: 1, maxUnavailable: 1 }] };
  expect(() => disruptionBudgets(given, contextFor(spec))).toThrow(
    'both minAvailable and maxUnavailable are set for PodDisruptionBudget activator-pdb',
  );
});

it('leaves other budgets', () => {
  const spec = { podDisruptionBudgets: [{ name: 'webhook-pdb', minAvailable: 1, maxUnavailable: 1 }] };
  expect(disruptionBudgets(given, contextFor(spec))).toBe(given);
});
