import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { KubeObject } from '../../src/api/index.ts';
import { type KubeClient, type Resource, resources } from '../../src/kube/index.ts';
import { waitFor } from '../bed/index.ts';
import { deliveredPlaces, Fleet, Installation, leftBehind, minimalDefinition } from '../fleet/index.ts';

let fleet: Fleet;
let spoke: KubeClient;
let eventing: Installation;

const certificates: Resource = {
  group: 'cert-manager.io',
  version: 'v1',
  kind: 'Certificate',
  plural: 'certificates',
  namespaced: true,
};
beforeAll(async () => {
  fleet = await Fleet.start();
  spoke = fleet.spoke(0).client;
  await fleet.startOperator();
  eventing = await Installation.create(fleet, 'eventing', { profile: fleet.spoke(0).profile });
  await eventing.waitForReady();
});

afterAll(async () => {
  await fleet[Symbol.asyncDispose]();
});

describe('the adapter of PingSources, once the eventing controller has written to it', () => {
  const name = { namespace: 'knative-eventing', name: 'pingsource-mt-adapter' };
  const variables = [
    { name: 'NAMESPACE', value: 'all' },
    { name: 'K_LOGGING_CONFIG', value: '{"level":"info"}' },
    { name: 'K_SINK_TIMEOUT', value: '30' },
  ];

  interface AdapterSpec {
    readonly replicas: number;
    readonly template: {
      readonly spec: { readonly containers: readonly { readonly env: unknown; readonly image: string }[] };
    };
  }

  async function adapter(): Promise<AdapterSpec> {
    return (await spoke.get(resources.deployments, name))['spec'] as AdapterSpec;
  }

  /** As the controller does: it reads the Deployment, replaces the environment as a whole, and writes it back. */
  async function actAsController(): Promise<void> {
    await waitFor('the controller has written', async () => {
      const deployment = await spoke.get(resources.deployments, name);
      const { template, ...spec } = deployment['spec'] as AdapterSpec;
      const containers = template.spec.containers.map((container) => ({ ...container, env: variables }));
      const changed = { ...template, spec: { ...template.spec, containers } };
      const update = { ...deployment, spec: { ...spec, replicas: 1, template: changed } };
      return spoke.update(resources.deployments, update, { fieldManager: 'controller' });
    });
  }

  test('is neither fought nor reported; the rest of it is kept as it must be', async () => {
    expect((await adapter()).replicas).toBe(0);
    await actAsController();
    // A change that is ours to mend, and comes later, shows that the earlier one has been seen and left.
    await spoke.patch(resources.deployments, name, 'json', [
      { op: 'replace', path: '/spec/template/spec/containers/0/image', value: 'example.com/other' },
    ]);
    await waitFor('the image is mended', async () => {
      const [container] = (await adapter()).template.spec.containers;
      return container?.image !== 'example.com/other';
    });
    const { replicas, template } = await adapter();
    expect(replicas).toBe(1);
    expect(template.spec.containers[0]?.env).toEqual(variables);
    await eventing.waitForEvent('DriftMended', 'Deployment knative-eventing/pingsource-mt-adapter');
    const notes = [...(await eventing.events('DriftMended')), ...(await eventing.events('ForeignFieldLeft'))];
    expect(notes.filter((note) => note.includes('.replicas') || note.includes('.env'))).toEqual([]);
  });

  test('keeps what the controller wrote when the spec changes', async () => {
    await eventing.patch({ spec: { config: { logging: { 'loglevel.controller': 'debug' } } } });
    await waitFor('the new setting is there', async () => {
      const config = await spoke.get(resources.configMaps, { ...name, name: 'config-logging' });
      return (config['data'] as Readonly<Record<string, string>>)['loglevel.controller'] === 'debug';
    });
    await eventing.waitForReady();
    const { replicas, template } = await adapter();
    expect(replicas).toBe(1);
    expect(template.spec.containers[0]?.env).toEqual(variables);
  });
});

describe('transport encryption', () => {
  const on = { config: { features: { 'transport-encryption': 'permissive' } } };

  test('without cert-manager is told by that name; with it, it goes on by itself', async () => {
    expect(await deliveredPlaces(spoke, 'knative-eventing')).not.toContain(
      'Certificate.cert-manager.io knative-eventing/imc-dispatcher-server-tls',
    );
    await eventing.patch({ spec: on });
    await eventing.waitForCondition({
      type: 'InstallSucceeded',
      status: 'False',
      message:
        'does not serve Certificate.cert-manager.io. Install cert-manager there; it continues by itself.',
    });
    await spoke.create(
      resources.customResourceDefinitions,
      minimalDefinition('cert-manager.io', 'Certificate', ['v1']),
    );
    await eventing.waitForReady();
    expect(await deliveredPlaces(spoke, 'knative-eventing')).toContain(
      'Certificate.cert-manager.io knative-eventing/imc-dispatcher-server-tls',
    );
  });

  test('switched off again takes its Certificates away, and nothing else', async () => {
    const user: KubeObject = {
      apiVersion: 'cert-manager.io/v1',
      kind: 'Certificate',
      metadata: { namespace: 'knative-eventing', name: 'of-a-user' },
    };
    await spoke.create(certificates, user);
    await eventing.patch({ spec: { config: null } });
    await eventing.waitForReady();
    const { items } = await spoke.list(certificates, { namespace: 'knative-eventing' });
    expect(items.map(({ metadata }) => metadata.name)).toEqual(['of-a-user']);
    await spoke.delete(certificates, user.metadata);
  });
});

test('Serving and Eventing on one spoke do not know each other: removing either leaves the other as it is', async () => {
  const serving = await Installation.create(fleet, 'serving', { profile: fleet.spoke(0).profile });
  await serving.waitForReady();
  const before = await deliveredPlaces(spoke, 'knative-eventing');
  await serving.delete();
  await serving.waitForGone();
  expect(await leftBehind(spoke)).toEqual([]);
  expect(await deliveredPlaces(spoke, 'knative-eventing')).toEqual(before);
  await eventing.waitForReady();

  await eventing.delete();
  await eventing.waitForGone();
  expect(await leftBehind(spoke, 'knative-eventing')).toEqual([]);
});
