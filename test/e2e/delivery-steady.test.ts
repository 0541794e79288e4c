import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { argoCdHealth } from '../../src/controller/index.ts';
import type { KubeClient } from '../../src/kube/index.ts';
import { waitFor } from '../bed/index.ts';
import {
  type AuditEntry,
  AuditLog,
  conditionsOf,
  deliveredObjects,
  Fleet,
  Installation,
  isByOperator,
  isWrite,
  metricValue,
  requestLine,
  type RunningOperator,
  StatusHistory,
} from '../fleet/index.ts';

let fleet: Fleet;
let spoke: KubeClient;
let operator: RunningOperator;
let serving: Installation;
let history: StatusHistory;
let onHub: AuditLog;
let onSpoke: AuditLog;

beforeAll(async () => {
  [onHub, onSpoke] = await Promise.all([AuditLog.create(), AuditLog.create()]);
  fleet = await Fleet.start({
    hub: { controllers: [], flags: { 'kube-apiserver': onHub.flags } },
    spokes: [{ flags: { 'kube-apiserver': onSpoke.flags } }],
  });
  spoke = fleet.spoke(0).client;
  history = await StatusHistory.start(fleet.hub);
  operator = await startOperator();
  serving = await Installation.create(fleet, 'serving', { profile: fleet.spoke(0).profile });
  await serving.waitForReady();
});

afterAll(async () => {
  await history[Symbol.asyncDispose]();
  await fleet[Symbol.asyncDispose]();
  await Promise.all([onHub[Symbol.asyncDispose](), onSpoke[Symbol.asyncDispose]()]);
});

function startOperator(): Promise<RunningOperator> {
  return fleet.startOperator({ flags: ['--disable-ha'] });
}

/** What the operator asked of an API server since the first `seen` requests of anybody. */
async function requests(log: AuditLog, seen: number): Promise<readonly AuditEntry[]> {
  return (await log.entries()).slice(seen).filter(isByOperator);
}

function writes(entries: readonly AuditEntry[]): readonly string[] {
  return entries.filter(isWrite).map(requestLine);
}

/** Resolves when the operator has looked at its objects once more than `before` times. */
async function waitForPasses(before: number, more = 1): Promise<void> {
  await waitFor('the operator has looked again', async () => (await passes()) >= before + more);
}

function passes(): Promise<number> {
  return metricValue(operator.metricsUrl, 'controller_runtime_reconcile_total', {
    controller: 'knativeserving',
  });
}

describe('the status on the way to ready', () => {
  test('has every condition from its first version on, sorted, and one for the generation at the end', async () => {
    const first = history.statuses(serving.name).find((conditions) => conditions.length > 0) ?? [];
    expect(first.map(({ type }) => type)).toEqual([
      'DependenciesInstalled',
      'DeploymentsAvailable',
      'InstallSucceeded',
      'Ready',
      'TargetClusterResolved',
      'VersionMigrationEligible',
    ]);
    for (const conditions of history.statuses(serving.name)) {
      const types = conditions.map(({ type }) => type);
      expect(types).toEqual(types.toSorted());
    }
    const { metadata, status } = await serving.get();
    expect(status).toMatchObject({ observedGeneration: metadata.generation });
  });

  test('is progress, and then health, to Argo CD; never a failure', () => {
    const course = history.statuses(serving.name).map(argoCdHealth);
    const changes = course.filter((health, index) => health !== course[index - 1]);
    expect(changes).toEqual(['Progressing', 'Healthy']);
  });

  test('follows the generation even where the pass fails', async () => {
    await serving.patch({ spec: { version: '0.1' } });
    const refused = await serving.waitForCondition({ type: 'VersionMigrationEligible', status: 'False' });
    expect(refused['status']).toMatchObject({ observedGeneration: refused.metadata.generation });
    expect(argoCdHealth(conditionsOf(refused))).toBe('Degraded');
    await serving.patch({ spec: { version: null } });
    const { status } = await serving.waitForReady();
    expect(argoCdHealth(conditionsOf(await serving.get()))).toBe('Healthy');
    expect(status).toHaveProperty('version');
  });
});

describe('an installation that nobody changes', () => {
  test('costs nothing: another look asks its cluster nothing, and writes nothing anywhere', async () => {
    const [hubSeen, spokeSeen] = [(await onHub.entries()).length, (await onSpoke.entries()).length];
    const before = await passes();
    // A change that means nothing makes the operator look.
    await serving.patch({ metadata: { annotations: { 'example.com/look': 'again' } } });
    await waitForPasses(before);
    expect((await requests(onSpoke, spokeSeen)).map(requestLine)).toEqual([]);
    expect(writes(await requests(onHub, hubSeen))).toEqual([]);
  });

  test('costs another operator that takes over no write either, and a few requests to see that all is well', async () => {
    await operator.process.stop();
    const versions = await versionsOnSpoke();
    const [hubSeen, spokeSeen] = [(await onHub.entries()).length, (await onSpoke.entries()).length];
    operator = await startOperator();
    await waitForPasses(0);
    await waitFor('it follows the workloads', async () =>
      (await requests(onSpoke, spokeSeen)).some(({ requestURI }) => requestURI.includes('/deployments?')),
    );
    const asked = await requests(onSpoke, spokeSeen);
    expect(writes(asked)).toEqual([]);
    expect(asked.filter(({ verb }) => verb !== 'watch').length).toBeLessThanOrEqual(8);
    expect(writes(await requests(onHub, hubSeen))).toEqual([]);
    expect(await versionsOnSpoke()).toEqual(versions);
    await serving.waitForReady();
  });

  async function versionsOnSpoke(): Promise<readonly unknown[]> {
    const objects = await deliveredObjects(spoke, 'knative-serving', { metadataOnly: true });
    return objects.map(({ kind, metadata }) => [kind, metadata.name, metadata.uid, metadata.generation]);
  }
});

describe('the Job of a version', () => {
  async function job(): Promise<{ readonly namespace: string; readonly name: string }> {
    const { items } = await spoke.list(await jobs(), { namespace: 'knative-serving', metadataOnly: true });
    const { metadata } = items.find((item) => item.metadata.name.startsWith('storage-version-')) ?? {};
    return { namespace: 'knative-serving', name: metadata?.name ?? '' };
  }

  function jobs(): ReturnType<KubeClient['resourceFor']> {
    return spoke.resourceFor({ group: 'batch', version: 'v1', kind: 'Job' });
  }

  test('is not made anew for another rendering, which is no error', async () => {
    const name = await job();
    const before = await spoke.get(await jobs(), name);
    const override = { labels: { other: 'yes' }, nodeSelector: { other: 'yes' } };
    await serving.patch({
      spec: { workloads: [{ name: 'storage-version-migration-serving-', ...override }] },
    });
    await serving.waitForReady();
    const after = await spoke.get(await jobs(), name);
    expect(after.metadata.uid).toBe(before.metadata.uid);
    expect(after['spec']).toEqual(before['spec']);
    expect(await serving.events('OverrideUnmatched')).toEqual([]);
  });

  test('is gone for good once it is deleted', async () => {
    const name = await job();
    await spoke.delete(await jobs(), name, { propagation: 'Background' });
    const before = await passes();
    await serving.patch({ spec: { workloads: null } });
    await waitForPasses(before);
    await serving.waitForReady();
    const { items } = await spoke.list(await jobs(), { namespace: 'knative-serving', metadataOnly: true });
    expect(items.map(({ metadata }) => metadata.name)).not.toContain(name.name);
  });
});
