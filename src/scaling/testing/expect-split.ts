import { expect } from 'vitest';
import type { PlanSpec } from '../plan/plan-spec.ts';

/** One workload that takes a part of the total. */
export interface Claim {
  /** Decides who is served first where the total does not reach for what all get at least. */
  readonly name: string;
  readonly weight: number;
  readonly least: number;
  readonly most: number;
  readonly priority: number;
}

interface Given extends Claim {
  readonly part: number;
}

/**
 * That the parts are what the strategy promises, by what a split must be like and not by how one is made. Of those that are
 * equally right, any will do.
 */
export function expectSplit(
  { total, strategy, method }: Pick<PlanSpec, 'total' | 'strategy' | 'method'>,
  claims: readonly Claim[],
  parts: ReadonlyMap<string, number>,
): void {
  expect([...parts.keys()].toSorted()).toEqual(claims.map(({ name }) => name).toSorted());
  const given = claims.map((claim): Given => ({ ...claim, part: parts.get(claim.name) ?? -1 }));
  const tiers = strategy === 'weighted' ? [given] : tiersOf(given);
  if (sum(claims, ({ least }) => least) > total) {
    expectLeasts(total, tiers);
    return;
  }
  for (const { weight, least, most, part } of given) {
    expect(part).toBeGreaterThanOrEqual(least);
    expect(part).toBeLessThanOrEqual(weight > 0 ? most : least);
  }
  const best = tiers.findIndex((tier) => tier.some(({ weight, most }) => weight > 0 && most > 0));
  const takers = strategy === 'priority' ? (tiers[best] ?? []) : given;
  const standBy = strategy === 'priority' ? given.filter((claim) => !takers.includes(claim)) : [];
  for (const { least, part } of standBy) expect(part).toBe(least);
  const reserved = sum(standBy, ({ least }) => least);
  const capacity = sum(takers, ({ weight, least, most }) => (weight > 0 ? most : least));
  expect(sum(takers, ({ part }) => part)).toBe(Math.min(total - reserved, capacity));
  for (const [index, tier] of tiers.entries()) {
    const isUsed = tier.some(({ part, least }) => part > least);
    // Nobody below gets any while there is room above.
    if (strategy === 'spillover' && isUsed)
      for (const { weight, most, part } of tiers.slice(0, index).flat())
        if (weight > 0) expect(part).toBe(most);
    expectFair(
      tier.filter(({ weight }) => weight > 0),
      method,
    );
  }
}

/** The highest tier first; in it the heavier, then by name. */
function expectLeasts(total: number, tiers: readonly (readonly Given[])[]): void {
  let rest = total;
  for (const tier of tiers)
    for (const { name, least, part } of tier.toSorted(
      (a, b) => b.weight - a.weight || (a.name < b.name ? -1 : 1),
    )) {
      expect([name, part]).toEqual([name, Math.min(rest, least)]);
      rest -= part;
    }
}

/** In proportion to the weights, within the limits. */
function expectFair(given: readonly Given[], method: PlanSpec['method']): void {
  if (method === 'sainteLague') expectWebster(given);
  else expectQuotas(given);
}

/** Nobody has one that another has a better right to, by weight over 2 × count + 1. */
function expectWebster(given: readonly Given[]): void {
  for (const one of given.filter(({ part, least }) => part > least))
    for (const other of given.filter(({ part, most }) => part < most))
      expect(one.weight * (2 * other.part + 1)).toBeGreaterThanOrEqual(other.weight * (2 * one.part - 1));
}

/** Everybody has its quota, rounded up for the largest fractions only. */
function expectQuotas(given: readonly Given[]): void {
  const total = sum(given, ({ part }) => part);
  const level = levelOf(given, total);
  if (level === undefined) return;
  const free = given.filter(({ weight, least, most, part }) => {
    const quota = weight * level;
    const isFree = quota > least + margin && quota < most - margin;
    if (!isFree && quota <= least - margin) expect(part).toBe(least);
    if (!isFree && quota >= most + margin) expect(part).toBe(most);
    return isFree;
  });
  const fractionOf = ({ weight }: Given): number => {
    const quota = weight * level;
    return Math.abs(quota - Math.round(quota)) < margin ? 0 : quota - Math.floor(quota);
  };
  const wholeOf = (one: Given): number => Math.round(one.weight * level - fractionOf(one));
  for (const one of free) expect([0, 1]).toContain(one.part - wholeOf(one));
  for (const up of free.filter((one) => one.part > wholeOf(one)))
    for (const down of free.filter((one) => one.part === wholeOf(one)))
      expect(fractionOf(up)).toBeGreaterThanOrEqual(fractionOf(down) - margin);
}

/** What is less is a rounding error: weights and totals of properties are small. */
const margin = 1e-9;

/** At which quota for a weight of 1, within the limits, everybody's quotas are the total; undefined where all are at their most. */
function levelOf(given: readonly Given[], total: number): number | undefined {
  const at = (level: number): number =>
    sum(given, ({ weight, least, most }) => Math.min(most, Math.max(least, weight * level)));
  const bends = given
    .flatMap(({ weight, least, most }) => [least / weight, most / weight])
    .filter((level) => Number.isFinite(level))
    .toSorted((a, b) => a - b);
  const beyond = bends.find((level) => at(level) >= total);
  const from = bends.findLast((level) => at(level) <= total) ?? 0;
  const to = beyond ?? from + total + 1;
  if (at(to) <= at(from)) return at(to) < total ? undefined : to;
  return from + ((to - from) * (total - at(from))) / (at(to) - at(from));
}

/** The highest priority first. */
function tiersOf(given: readonly Given[]): readonly (readonly Given[])[] {
  const priorities = [...new Set(given.map(({ priority }) => priority))].sort((a, b) => b - a);
  return priorities.map((priority) => given.filter((claim) => claim.priority === priority));
}

function sum<T>(all: readonly T[], of: (one: T) => number): number {
  return all.reduce((total, one) => total + of(one), 0);
}
