import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../api/index.ts';
import type { MemberRow, Phase, PlanState } from '../plan/member-row.ts';
import { readPlanState } from '../plan/plan-state-text.ts';
import { isCrowded, keptAnnotations, mostAnnotationBytes, type WhatToKeep } from './kept-annotations.ts';
import type { Originals } from './original-replicas.ts';

const state = 'wheelwright.dev/plan-state';
const numbers = 'wheelwright.dev/original-replicas';

function stateOf(members: number, phase: Phase): PlanState {
  const rows = Array.from({ length: members }, (_, index): [string, MemberRow] => {
    const name = `${'m'.repeat(40)}${index}`;
    const id = `kubeconfig#${name}`;
    return [
      `shop/${name}`,
      { name, namespace: 'shop', id, phase, desired: 1, pending: 0, kept: 0, relapses: 0 },
    ];
  });
  return { rows: Object.fromEntries(rows), hasAssigned: true, published: 7 };
}

function originalsOf({ rows }: PlanState): Originals {
  const uid = '0b8b2a5c-7b1e-4a52-9d2b-2f4f0c8a1d11';
  const places = Object.fromEntries(Object.keys(rows).map((place) => [place, { replicas: 3, uid }]));
  return { 'apps/v1/Deployment/web': places };
}

function objectWith(annotations: Readonly<Record<string, string>>): KubeObject {
  return {
    apiVersion: 'keda.kedify.io/v1alpha1',
    kind: 'DistributedScaledObject',
    metadata: { namespace: 'shop', name: 'web', annotations },
    spec: {},
  };
}

function what(members: number, phase: Phase, others: Readonly<Record<string, string>> = {}): WhatToKeep {
  const planned = stateOf(members, phase);
  return {
    object: objectWith(others),
    state: planned,
    originals: originalsOf(planned),
    fromHub: true,
  };
}

const serving: Phase = { name: 'serving' };
const lost: Phase = { name: 'lost', since: 1_800_000_000_000, held: 3, wasReturning: false };

function sizeOf(annotations: Readonly<Record<string, string | undefined>>): number {
  return Object.entries(annotations).reduce(
    (sum, [name, value = '']) => sum + Buffer.byteLength(name) + Buffer.byteLength(value),
    0,
  );
}

describe('what a restart must know', () => {
  it('is kept whole where there is room', () => {
    const wanted = what(100, lost);
    const kept = keptAnnotations(wanted);
    expect(kept.finding).toBeUndefined();
    expect(kept.originals === JSON.stringify(wanted.originals)).toBe(true);
    expect(Object.keys(readPlanState(kept.state).state?.rows ?? {})).toHaveLength(100);
  });

  it.each<[what: string, given: WhatToKeep, rows: number, says: string]>([
    ['members that serve', what(800, serving), 0, 'replaced without a grace period'],
    ['clocks', what(700, lost), 0, 'outages and returns begin anew'],
  ])('loses %s before first numbers', (_, given, rows, says) => {
    const kept = keptAnnotations(given);
    expect(kept.originals === JSON.stringify(given.originals)).toBe(true);
    expect(kept.finding).toMatchObject({
      reason: 'AnnotationsFull',
      message: expect.stringContaining(says) as string,
    });
    expect(readPlanState(kept.state).state).toMatchObject({ hasAssigned: true, published: 7 });
    expect(Object.keys(readPlanState(kept.state).state?.rows ?? {})).toHaveLength(rows);
  });

  it('keeps the first numbers that are there, and the plan, where new numbers have no room', () => {
    const before = JSON.stringify({ 'shop/a': { replicas: 1, uid: 'u' } });
    const given = what(450, serving, { [numbers]: before, colour: 'x'.repeat(175 * 1024) });
    const kept = keptAnnotations({ ...given, fromHub: false });
    expect(kept.originals === undefined).toBe(true);
    expect(kept.finding?.message).toContain('may not get their first numbers back');
    expect(Object.keys(readPlanState(kept.state).state?.rows ?? {})).toHaveLength(450);
  });

  it('shrinks what is there where nothing has room', () => {
    const given = what(400, lost, { [state]: 'x'.repeat(1_000), colour: 'x'.repeat(250 * 1024) });
    expect(readPlanState(keptAnnotations(given).state).state?.rows).toEqual({});
    const without = what(400, lost, { colour: 'x'.repeat(250 * 1024) });
    expect(keptAnnotations(without)).toMatchObject({ state: undefined, originals: undefined });
  });

  it('never makes annotations more than an object may have', () => {
    const phase = fc.constantFrom(serving, lost);
    fc.assert(
      fc.property(
        fc.nat(1_200),
        phase,
        fc.nat(250 * 1024),
        fc.boolean(),
        (members, each, others, fromHub) => {
          const given = { ...what(members, each, { colour: 'x'.repeat(others) }), fromHub };
          const kept = keptAnnotations(given);
          const after = {
            colour: 'x'.repeat(others),
            ...(kept.state === undefined ? {} : { [state]: kept.state }),
            ...(kept.originals === undefined ? {} : { [numbers]: kept.originals }),
          };
          expect(sizeOf(after)).toBeLessThanOrEqual(mostAnnotationBytes);
          // Once written it stays.
          expect(isCrowded({ ...given, object: objectWith(after) })).toBe(false);
        },
      ),
      // A plan that fills what room there is to the last byte, without first numbers.
      { numRuns: 50, examples: [[1007, serving, 136_582, false]] },
    );
  });

  it('gives way to places that are delivered to from now on', () => {
    const given = what(800, serving);
    const text = keptAnnotations({ ...given, fromHub: false }).state ?? '';
    const object = objectWith({ [state]: text, [numbers]: JSON.stringify(given.originals) });
    expect(isCrowded({ ...given, object, fromHub: false })).toBe(false);
    expect(isCrowded({ ...given, object, fromHub: true })).toBe(true);
  });
});
