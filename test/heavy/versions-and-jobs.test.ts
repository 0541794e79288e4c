import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dump } from 'js-yaml';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { KubeObject } from '../../src/api/index.ts';
import { type KubeClient, NotFoundError, resources } from '../../src/kube/index.ts';
import { waitFor } from '../bed/index.ts';
import {
  AuditLog,
  comparable,
  deliveredObjects,
  Fleet,
  Installation,
  metricValue,
  neighbouringReleases,
  placeOf,
  type RunningOperator,
} from '../fleet/index.ts';

/** Serving and Eventing on the hub itself. */
let fleet: Fleet;
let hub: KubeClient;
let audit: AuditLog;
let operator: RunningOperator;
let server: Server;
/** What the server of manifests answers, by path; 404 otherwise. */
const answers = new Map<string, (response: ServerResponse) => void>();

const components = ['serving', 'eventing'] as const;
type Component = (typeof components)[number];

interface Installed {
  readonly installation: Installation;
  /** The newest release of each of the two newest minor versions at hand. */
  readonly older: string;
  readonly newer: string;
  /** What the older one is, installed with nothing before it. */
  readonly contents: Readonly<Record<string, unknown>>;
}

const installed = new Map<Component, Installed>();

beforeAll(async () => {
  server = createServer((request, response) => {
    const answer = answers.get(request.url ?? '');
    if (answer === undefined) response.writeHead(404).end('not found');
    else answer(response);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  audit = await AuditLog.create();
  fleet = await Fleet.start({
    hub: { admissionWebhooks: false, flags: { 'kube-apiserver': audit.flags } },
    spokes: 0,
  });
  ({ hub } = fleet);
  operator = await fleet.startOperator({ providers: null, knativeOnHub: true, flags: ['--disable-ha'] });
  for (const component of components) {
    const [older, newer] = await neighbouringReleases(component);
    const installation = await Installation.create(fleet, component, { spec: { version: older } });
    installed.set(component, { installation, older, newer, contents: {} });
  }
  for (const component of components) {
    await of(component).installation.waitForReady();
    installed.set(component, { ...of(component), contents: await contentsOf(component) });
  }
});

afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await fleet[Symbol.asyncDispose]();
  await audit[Symbol.asyncDispose]();
});

function of(component: Component): Installed {
  const found = installed.get(component);
  if (found === undefined) throw new Error(`${component} is not installed`);
  return found;
}

/** Definitions stay for good, and Jobs have their version in their name. */
async function contentsOf(component: Component): Promise<Readonly<Record<string, unknown>>> {
  const objects = await deliveredObjects(hub, `knative-${component}`);
  return Object.fromEntries(
    objects
      .filter(({ kind }) => kind !== 'CustomResourceDefinition' && kind !== 'Job')
      .map((object) => [placeOf(object), comparable(object)]),
  );
}

async function jobsOf(component: Component): Promise<readonly KubeObject[]> {
  const objects = await deliveredObjects(hub, `knative-${component}`);
  return objects.filter(({ kind }) => kind === 'Job');
}

function metricOf(component: Component, name: string): Promise<number> {
  return metricValue(operator.metricsUrl, name, {
    [name.startsWith('workqueue') ? 'name' : 'controller']: `knative${component}`,
  });
}

function origin(): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe.each(components)('%s', (component) => {
  const plural = `knative${component}s`;

  test('that may not become a version is told so, left alone, and recovers with its spec', async () => {
    const { installation, older } = of(component);
    const startedAt = Date.now();
    const retries = await metricOf(component, 'workqueue_retries_total');
    await installation.patch({ spec: { version: '0.1' } });
    const refused = await installation.waitForCondition({
      type: 'VersionMigrationEligible',
      status: 'False',
      reason: 'Error',
      message: 'Version migration is not eligible with message: ',
    });
    expect(refused['status']).toMatchObject({
      version: older,
      observedGeneration: refused.metadata.generation,
    });
    for (let look = 1; look <= 2; look++) {
      const before = await metricOf(component, 'controller_runtime_reconcile_total');
      await installation.patch({ metadata: { annotations: { 'example.com/look': `${look}` } } });
      await waitFor('the operator has looked again', async () => {
        return (await metricOf(component, 'controller_runtime_reconcile_total')) > before;
      });
    }
    const status = `patch /apis/operator.knative.dev/v1beta1/namespaces/knative-${component}/${plural}/knative/status`;
    expect(await audit.writesSince(startedAt)).toEqual([status]);
    expect(await metricOf(component, 'workqueue_retries_total')).toBe(retries);
    await installation.patch({ spec: { version: older } });
    await installation.waitForReady();
  });

  test('of a version that nobody can read is refused the same way', async () => {
    const { installation, older } = of(component);
    for (const version of ['badVersion', '1']) {
      await installation.patch({ spec: { version } });
      const { status } = await installation.waitForCondition({
        type: 'VersionMigrationEligible',
        status: 'False',
        message: `target version v${version} `,
      });
      expect(status).toMatchObject({ version: older });
    }
    await installation.patch({ spec: { version: older } });
    await installation.waitForReady();
  });

  test('runs the Job of its version once, whatever becomes of its rendering', async () => {
    const { installation, older } = of(component);
    const before = await jobsOf(component);
    expect(before.length).toBeGreaterThan(0);
    expect(before.filter(({ metadata }) => !metadata.name.endsWith(older))).toEqual([]);
    const workloads = before.map(({ metadata }) => ({
      name: metadata.name.slice(0, -older.length).replace(new RegExp(`${component}-$`), ''),
      nodeSelector: { other: 'yes' },
    }));
    await installation.patch({ spec: { workloads } });
    await installation.waitForReady();
    const uids = (jobs: readonly KubeObject[]) => jobs.map(({ metadata }) => [metadata.name, metadata.uid]);
    expect(uids(await jobsOf(component))).toEqual(uids(before));
    await installation.patch({ spec: { workloads: null } });
    await installation.waitForReady();
    expect(uids(await jobsOf(component))).toEqual(uids(before));
  });

  test('goes up a minor version and down again, and keeps nothing of either that is not of the other', async () => {
    const { installation, older, newer, contents } = of(component);
    await installation.patch({ spec: { version: newer } });
    const upgraded = await installation.waitForReady();
    expect(upgraded['status']).toMatchObject({ version: newer });
    const stale = (await deliveredObjects(hub, `knative-${component}`, { metadataOnly: true })).filter(
      ({ kind, metadata }) =>
        kind !== 'CustomResourceDefinition' && metadata.labels?.['app.kubernetes.io/version'] === older,
    );
    expect(stale.map(placeOf)).toEqual([]);
    expect((await jobsOf(component)).filter(({ metadata }) => !metadata.name.endsWith(newer))).toEqual([]);
    await installation.patch({ spec: { version: older } });
    const downgraded = await installation.waitForReady();
    expect(downgraded['status']).toMatchObject({ version: older, nextVersion: newer });
    expect(await contentsOf(component)).toEqual(contents);
  });
});

describe('manifests by URL', () => {
  const namespace = 'knative-serving';

  function configMap(name: string, data: object): KubeObject {
    return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace, name }, data };
  }

  async function addToServing(path: string): Promise<void> {
    await of('serving').installation.patch({
      spec: { additionalManifests: [{ URL: `${origin()}${path}` }] },
    });
  }

  test('are of the version, take the place of what the release has, and go with their mention', async () => {
    const { installation, older } = of('serving');
    const domain = { namespace, name: 'config-domain' };
    const more = { namespace, name: 'more' };
    const released = await hub.get(resources.configMaps, domain);
    const objects = [configMap(domain.name, { 'example.org': '' }), configMap(more.name, { a: 'b' })];
    answers.set(`/${older}.yaml`, (response) =>
      response.end(objects.map((object) => dump(object)).join('---\n')),
    );
    await addToServing('/${VERSION}.yaml');
    const ready = await installation.waitForReady();
    expect(ready['status']).toMatchObject({
      manifests: expect.arrayContaining([`${origin()}/${older}.yaml`]),
    });
    expect((await hub.get(resources.configMaps, domain))['data']).toEqual({ 'example.org': '' });
    expect((await hub.get(resources.configMaps, more))['data']).toEqual({ a: 'b' });
    await installation.patch({ spec: { additionalManifests: null } });
    await installation.waitForReady();
    expect((await hub.get(resources.configMaps, domain))['data']).toEqual(released['data']);
    await expect(hub.get(resources.configMaps, more)).rejects.toThrow(NotFoundError);
  });

  /** Waits until it is told, takes the manifest back, and resolves with what is installed then. */
  async function contentsAfterFailure(path: string, says: string): ReturnType<typeof contentsOf> {
    const { installation, older } = of('serving');
    const failed = await installation.waitForCondition({
      type: 'InstallSucceeded',
      status: 'False',
      reason: 'Error',
      message: says,
    });
    expect(failed['status']).toMatchObject({ version: older });
    // Whoever still waits for an answer need not wait any longer.
    answers.delete(path);
    server.closeAllConnections();
    await installation.patch({ spec: { additionalManifests: null } });
    await installation.waitForReady();
    return contentsOf('serving');
  }

  const page = '<!doctype html><title>Sign in</title>';
  const useless: readonly [string, (response: ServerResponse) => void, string][] = [
    ['are not there', (response) => response.writeHead(404).end(), 'does not exist'],
    ['are a web page', (response) => response.end(page), 'is a web page, not a manifest'],
  ];

  test.each(useless)('that %s are told, and what is installed stays', async (_what, answer, says) => {
    const path = '/useless.yaml';
    answers.set(path, answer);
    await addToServing(path);
    const after = await contentsAfterFailure(path, `'${origin()}${path}' ${says}`);
    expect(after).toEqual(of('serving').contents);
  });

  test('that never come are told in time, and others get on meanwhile', async () => {
    const path = '/silent.yaml';
    const asked = Promise.withResolvers<void>();
    answers.set(path, () => asked.resolve());
    await addToServing(path);
    await asked.promise;
    await of('eventing').installation.patch({ spec: { config: { logging: { waited: 'yes' } } } });
    await of('eventing').installation.waitForReady();
    const settings = await hub.get(resources.configMaps, {
      namespace: 'knative-eventing',
      name: 'config-logging',
    });
    expect(settings['data']).toMatchObject({ waited: 'yes' });
    const { metadata, status } = await of('serving').installation.get();
    expect(status).not.toMatchObject({ observedGeneration: metadata.generation });
    const says = `cannot get '${origin()}${path}': no answer within 30000 ms`;
    expect(await contentsAfterFailure(path, says)).toEqual(of('serving').contents);
  });
});
