import { afterAll, beforeAll, expect, test } from 'vitest';
import { NotFoundError, resources } from '../../src/kube/index.ts';
import { waitFor } from '../bed/index.ts';
import { deliveredPlaces, Fleet, Installation, leftBehind, type Spoke } from '../fleet/index.ts';

let fleet: Fleet;
let spoke: Spoke;

beforeAll(async () => {
  fleet = await Fleet.start();
  spoke = fleet.spoke(0);
  await fleet.register({ ...spoke, profile: 'alias' });
  await fleet.startOperator({ flags: ['--spoke-namespace=canonical'] });
});

afterAll(async () => {
  await fleet[Symbol.asyncDispose]();
});

function install(namespace: string, profile: string): Promise<Installation> {
  const withoutIngress = { ingress: { kourier: { enabled: false } } };
  return Installation.create(fleet, 'serving', { namespace, profile, spec: withoutIngress });
}

test('objects of any namespace of the hub install to the one of the kind; two of a name do not share an anchor', async () => {
  const winner = await install('team-a', spoke.profile);
  await winner.waitForReady();
  const name = { namespace: 'knative-serving', name: 'knativeserving-knative-root-owner' };
  const anchor = await spoke.client.get(resources.configMaps, name);
  expect(anchor.metadata.annotations).toMatchObject({ 'operator.knative.dev/owner-namespace': 'team-a' });
  await expect(spoke.client.get(resources.namespaces, { name: 'team-a' })).rejects.toThrow(NotFoundError);
  const places = await deliveredPlaces(spoke.client);
  expect(places).toContain('Deployment.apps knative-serving/activator');

  const loser = await install('team-b', 'alias');
  await loser.waitForCondition({
    type: 'InstallSucceeded',
    status: 'False',
    message:
      'its ConfigMap knative-serving/knativeserving-knative-root-owner is there for KnativeServing team-a/knative',
  });
  await loser.delete();
  await loser.waitForGone();
  expect((await spoke.client.get(resources.configMaps, name)).metadata.resourceVersion).toBe(
    anchor.metadata.resourceVersion,
  );
  expect(await deliveredPlaces(spoke.client)).toEqual(places);

  await winner.delete();
  await winner.waitForGone();
  await waitFor('the spoke is empty', async (saw) => {
    const left = await leftBehind(spoke.client);
    saw(left);
    return left.length === 0;
  });
});
