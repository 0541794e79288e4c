import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resources } from '../../src/kube/index.ts';
import { waitFor } from '../bed/index.ts';
import { Fleet } from '../fleet/index.ts';

let fleet: Fleet;

beforeAll(async () => {
  fleet = await Fleet.start();
  await fleet.startOperator();
});

afterAll(async () => {
  await fleet[Symbol.asyncDispose]();
});

describe('Knative Serving on a spoke', () => {
  it('is installed, mended and removed without leaving anything', async () => {
    const { client, profile } = fleet.spoke(0);
    const name = await fleet.createServing({ profile });
    const ready = await fleet.waitForReady(name);
    expect(
      (ready['status'] as { conditions: { status: string }[] }).conditions.map(({ status }) => status),
    ).not.toContain('Unknown');

    const activator = { namespace: 'knative-serving', name: 'activator' };
    const { uid } = (await client.get(resources.deployments, activator)).metadata;
    await client.delete(resources.deployments, activator, { propagation: 'Background' });
    await waitFor(
      'activator is back',
      async () => (await client.get(resources.deployments, activator)).metadata.uid !== uid,
    );
    await fleet.waitForReady(name);

    await fleet.deleteServing(name);
    await fleet.waitForGone(name);
    await waitFor('the spoke is empty', async (saw) => {
      const left = await fleet.leftOn(fleet.spoke(0));
      saw(left);
      return left.length === 0;
    });
  });
});
