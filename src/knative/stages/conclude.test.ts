import { describe, expect, test } from 'vitest';
import type { Condition } from '../../api/index.ts';
import { argoCdHealth } from '../../controller/index.ts';
import type { DeliveryReport } from '../../delivery/index.ts';
import { ForbiddenError } from '../../kube/index.ts';
import { beginStatus, installFailed, succeed } from '../installation-status.ts';
import type { Pass } from '../pass.ts';
import { KnativeWorld, reportWith, waitingOn } from '../testing/knative-world.ts';
import { conclude } from './conclude.ts';

const progressing = { state: 'progressing', ready: 0, wanted: 1 } as const;
const failing = { state: 'failed', ready: 0, wanted: 1, why: 'timed out progressing' } as const;
const identity = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'team', name: 'config-network' };
const context = { cluster: 'fleet/spoke', verb: 'list', resource: 'deployments.apps' };
const unwatched = {
  resource: 'deployments.apps',
  error: new ForbiddenError(context, { message: 'deployments.apps is forbidden' }),
};

async function concluded(report: DeliveryReport, given: Partial<Pass> = {}) {
  const world = new KnativeWorld();
  world.seed();
  const status = ['VersionMigrationEligible', 'TargetClusterResolved'] as const;
  const reached = status.reduce((draft, type) => succeed(draft, type, 0), beginStatus({}, 0));
  const pass = world.pass({ status: reached, cluster: world.spoke, version: '1.15.2', report, ...given });
  const result = await conclude(pass);
  const conditionOf = (type: string): Condition | undefined =>
    result.pass.status.conditions.find((condition) => condition.type === type);
  return { result, conditionOf, status: result.pass.status };
}

test('what is complete is installed in its version, and rests', async () => {
  const { result, status } = await concluded(reportWith());
  expect(result).toMatchObject({ outcome: { kind: 'done' }, resting: true });
  expect(status.version).toBe('1.15.2');
  expect(argoCdHealth(status.conditions)).toBe('Healthy');
});

describe('workloads that are not rolled out', () => {
  const waiting = reportWith({ waiting: waitingOn({ webhook: progressing, activator: progressing }) });

  test('are waited for by name', async () => {
    const { result, conditionOf, status } = await concluded(waiting);
    expect(result).toMatchObject({ outcome: { kind: 'requeue', afterMs: 10_000 }, resting: false });
    expect(conditionOf('DeploymentsAvailable')).toMatchObject({
      status: 'False',
      reason: 'NotReady',
      message: 'Waiting on deployments: activator, webhook. WW3004',
    });
    expect(conditionOf('InstallSucceeded')?.status).toBe('Unknown');
    expect(status.version).toBeUndefined();
  });

  test('and never will be are at rest, with the reason why', async () => {
    const report = reportWith({ waiting: waitingOn({ activator: failing, webhook: progressing }) });
    const { result, conditionOf } = await concluded(report);
    expect(result).toMatchObject({ outcome: { kind: 'requeue' }, resting: true });
    expect(conditionOf('DeploymentsAvailable')?.message).toBe(
      'Waiting on deployments: activator, webhook (activator: timed out progressing). WW3004',
    );
  });

  test.each([
    [599, false],
    [600, true],
  ])('for %i seconds: at rest is %s', async (seconds, resting) => {
    const since = new Date(Date.parse('2026-01-01T00:00:00Z') - seconds * 1_000).toISOString();
    const shown = [{ type: 'DeploymentsAvailable', status: 'False', lastTransitionTime: since }] as const;
    expect((await concluded(waiting, { shown })).result).toMatchObject({ resting });
  });

  test('because nobody may watch them say so', async () => {
    const report = reportWith({ waiting: waitingOn({ activator: progressing }), unwatched: [unwatched] });
    const { result, conditionOf } = await concluded(report);
    expect(result).toMatchObject({ resting: true });
    expect(conditionOf('DeploymentsAvailable')?.message).toBe(
      'Waiting on deployments: activator (deployments.apps: deployments.apps is forbidden). WW3004',
    );
  });

  test('end an earlier failure to apply', async () => {
    const status = installFailed(beginStatus({}, 0), 'InstallFailed', 'refused', 0);
    const { conditionOf } = await concluded(waiting, { status });
    expect(conditionOf('InstallSucceeded')?.status).toBe('Unknown');
  });

  test('behind a closed gate are only the gate', async () => {
    const report = reportWith({ waiting: waitingOn({ webhook: failing }), gated: true });
    expect((await concluded(report)).conditionOf('DeploymentsAvailable')?.message).toBe(
      'Waiting on deployments: webhook. WW3004',
    );
  });
});

describe('an installation that is complete is not Ready', () => {
  test('while something is changed again and again', async () => {
    const report = reportWith({
      contested: [
        { identity, by: 'helm', waitMs: 40_000 },
        { identity: { ...identity, name: 'another' }, waitMs: 30_000 },
      ],
    });
    const { result, conditionOf } = await concluded(report);
    expect(result).toMatchObject({ outcome: { kind: 'requeue', afterMs: 30_000 }, resting: true });
    expect(conditionOf('Ready')).toMatchObject({
      status: 'False',
      reason: 'ForeignFieldLeft',
      message:
        'Not as it should be on cluster "fleet/spoke", because somebody changes it again and again: ' +
        'ConfigMap team/another, ConfigMap team/config-network (by helm). It is put back less and less often. WW3007',
    });
  });

  test('while drift is left as it is', async () => {
    const report = reportWith({
      unmended: [
        { identity, action: 'reverted', by: 'kubectl-edit' },
        { identity: { ...identity, name: 'another' }, action: 'recreated' },
      ],
    });
    const { result, conditionOf, status } = await concluded(report);
    expect(result).toMatchObject({ outcome: { kind: 'done' }, resting: true });
    expect(status.version).toBe('1.15.2');
    expect(conditionOf('InstallSucceeded')).toMatchObject({
      status: 'False',
      reason: 'DriftReported',
      message:
        'Not as it should be on cluster "fleet/spoke": ConfigMap team/another (deleted, or without its label), ' +
        'ConfigMap team/config-network (changed by kubectl-edit). ' +
        'It is left so, as the annotation operator.knative.dev/drift-policy asks. WW3018',
    });
  });

  test('while a workload is left deleted, which nobody waits for; once it is mended, that is over', async () => {
    const waiting = waitingOn({ activator: progressing });
    const unmended = waiting.map((each) => ({ identity: each.identity, action: 'recreated' as const }));
    const left = await concluded(reportWith({ waiting, unmended }));
    expect(left.result).toMatchObject({ resting: true });
    expect(left.conditionOf('DeploymentsAvailable')?.status).toBe('False');
    expect(left.conditionOf('InstallSucceeded')).toMatchObject({ status: 'False', reason: 'DriftReported' });
    const mended = await concluded(reportWith({ waiting }), { status: left.status });
    expect(mended.conditionOf('InstallSucceeded')?.status).toBe('True');
    expect(mended.conditionOf('DeploymentsAvailable')?.status).toBe('False');
  });

  test('while changes cannot be seen', async () => {
    const { result, conditionOf } = await concluded(reportWith({ unwatched: [unwatched] }));
    expect(result).toMatchObject({ outcome: { kind: 'requeue', afterMs: 10_000 }, resting: true });
    expect(conditionOf('Ready')).toMatchObject({
      status: 'False',
      message:
        'Install failed with message: cannot watch deployments.apps on cluster "fleet/spoke", so that changes there stay unseen: deployments.apps is forbidden. WW3005',
    });
  });
});

test('findings stand beside the success, also while an installed object rolls out', async () => {
  const findings = [
    { reason: 'FieldNotImplemented', field: 'spec.workloads[0].version', message: 'is not acted on' },
  ] as const;
  const first = await concluded(reportWith(), { findings });
  expect(first.conditionOf('InstallSucceeded')).toMatchObject({
    status: 'True',
    reason: 'FieldNotImplemented',
  });
  const report = reportWith({ waiting: waitingOn({ activator: progressing }) });
  const { status } = first;
  const second = await concluded(report, { findings: [], status });
  expect(second.conditionOf('InstallSucceeded')).toMatchObject({ status: 'True' });
  expect(second.conditionOf('InstallSucceeded')?.reason).toBeUndefined();
});
