import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { resources } from '../../src/kube/index.ts';
import {
  AuditLog,
  conditionOf,
  deployment,
  Distributed,
  distributedObject,
  Fleet,
  registerMembers,
  startSpreading,
} from '../fleet/index.ts';

let fleet: Fleet;
let audit: AuditLog;
let nginx: Distributed;

beforeAll(async () => {
  audit = await AuditLog.create();
  fleet = await Fleet.start({
    profiles: false,
    spokes: [{ flags: { 'kube-apiserver': audit.flags } }, {}, {}],
  });
  await registerMembers(fleet);
  nginx = new Distributed(fleet);
  await startSpreading(fleet);
});

afterAll(async () => {
  await fleet[Symbol.asyncDispose]();
  await audit[Symbol.asyncDispose]();
});

describe('an object without a list of members', () => {
  beforeAll(async () => {
    await Promise.all(
      fleet.spokes.map(({ client }) => fleet.put(resources.deployments, deployment(1), client)),
    );
    await fleet.hub.create(resources.distributedScaledObjects, distributedObject());
  });

  test('begins with what its members run', async () => {
    const status = await nginx.waitForStatus('3/3', ({ print }) => print?.totalReplicas === '3/3');
    expect((await nginx.object())['spec']).toMatchObject({ totalTargetReplicas: 3 });
    expect(status).toMatchObject({
      membersHealthyCount: 3,
      membersTotalCount: 3,
      totalCurrentReplicas: 3,
      print: { membersCount: '3/3' },
    });
    expect(conditionOf(await nginx.object(), 'Ready')).toMatchObject({
      status: 'True',
      reason: 'AllMembersReady',
    });
  });

  test('spreads a total evenly, and follows it', async () => {
    await nginx.scale(4);
    await nginx.waitForSplit([2, 1, 1]);
    await nginx.scale(10);
    await nginx.waitForSplit([4, 3, 3]);
    const status = await nginx.waitForStatus('10/10', ({ print }) => print?.totalReplicas === '10/10');
    expect(status.totalCurrentReplicas).toBe(10);
  });
});
