import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { resources } from '../../src/kube/index.ts';
import { waitFor } from '../bed/index.ts';
import { Fleet, metricValue, registerMember, type RunningOperator } from '../fleet/index.ts';

let fleet: Fleet;
let operator: RunningOperator;

beforeAll(async () => {
  fleet = await Fleet.start({
    profiles: false,
    spokes: [{ controllers: ['kube-controller-manager'] }],
  });
  operator = await fleet.startOperator({ flags: ['--enable-dso=true'] });
});

afterAll(async () => {
  await fleet[Symbol.asyncDispose]();
});

describe('a member', () => {
  test('is engaged by its Secret', async () => {
    await registerMember(fleet, 'member-a', fleet.spoke(0).cluster);
    await waitFor('member-a is Ready', async (saw) => {
      const text = await (await fetch(operator.metricsUrl)).text();
      saw(operator.process.output.slice(-1500));
      return /wheelwright_cluster_state\{target_cluster="member-a",state="Ready"\} 1/.test(text);
    }, { timeoutMs: 20_000 });
    expect(metricValue).toBeDefined();
    expect(resources).toBeDefined();
  });
});
