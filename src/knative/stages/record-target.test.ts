import { expect, test } from 'vitest';
import { StaleObjectError } from '../pass.ts';
import { KnativeWorld, objectName, profileRef } from '../testing/knative-world.ts';
import { recordTarget } from './record-target.ts';

test('the target is in the status before the next stage begins, and what is shown is known', async () => {
  const world = new KnativeWorld();
  world.seed();
  const { pass } = await recordTarget(world.pass({ namespace: 'team' }));
  expect(world.status.target).toEqual({ clusterProfileRef: profileRef, namespace: 'team' });
  expect(pass.object).toEqual(world.object);
  expect(pass.shown).toEqual(world.status.conditions);
});

test('a target that is recorded is not written again, and keeps its anchor', async () => {
  const world = new KnativeWorld();
  const target = { clusterProfileRef: profileRef, namespace: 'team', anchorUid: 'a' };
  world.seed({ status: { target } });
  const { pass } = await recordTarget(world.pass({ namespace: 'team' }));
  expect(pass.status.target).toEqual(target);
  expect(world.hub.calls).toEqual([]);
});

test('the hub is a target without a profile', async () => {
  const world = new KnativeWorld();
  world.seed({ spec: {} });
  await recordTarget(world.pass({ namespace: 'team' }));
  expect(world.status.target).toEqual({ namespace: 'team' });
});

test('an object that changed since it was read is looked at anew, and keeps its status', async () => {
  const world = new KnativeWorld();
  const read = world.seed();
  const live = world.seed({ status: { version: '1.15.2' } });
  const thrown: unknown = await recordTarget(world.pass({ object: read, namespace: 'team' })).catch(
    (error: unknown) => error,
  );
  expect(thrown).toBeInstanceOf(StaleObjectError);
  expect((thrown as StaleObjectError).live).toEqual(live);
  expect(world.status).toEqual({ version: '1.15.2' });
});

test('an object that is gone ends the pass', async () => {
  const world = new KnativeWorld();
  const pass = world.pass({ object: world.seed(), namespace: 'team' });
  world.hub.remove(objectName);
  expect(await recordTarget(pass)).toMatchObject({ outcome: { kind: 'done' }, pass: { released: true } });
});
