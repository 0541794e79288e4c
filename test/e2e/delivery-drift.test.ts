import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { apiVersion, groupVersionKind, type KubeObject } from '../../src/api/index.ts';
import {
  type KubeClient,
  NotFoundError,
  type PatchType,
  type Resource,
  resources,
} from '../../src/kube/index.ts';
import { waitFor } from '../bed/index.ts';
import {
  comparable,
  conditionOf,
  deliveredObjects,
  deliveredPlaces,
  Fleet,
  Installation,
  metricValue,
  placeOf,
  type RunningOperator,
} from '../fleet/index.ts';

let fleet: Fleet;
let operator: RunningOperator;
let spoke: KubeClient;
let serving: Installation;
/** By place, as they were installed. */
let installed: ReadonlyMap<string, unknown>;

const namespace = 'knative-serving';

beforeAll(async () => {
  // Autoscalers look every 15 seconds otherwise.
  const flags = { 'kube-controller-manager': ['--horizontal-pod-autoscaler-sync-period=1s'] };
  fleet = await Fleet.start({ spokes: [{ flags }] });
  spoke = fleet.spoke(0).client;
  operator = await fleet.startOperator();
  serving = await Installation.create(fleet, 'serving', {
    profile: fleet.spoke(0).profile,
    spec: { workloads: [{ name: 'controller', replicas: 2 }] },
  });
  await serving.waitForReady();
  installed = new Map((await deliveredObjects(spoke)).map((object) => [placeOf(object), comparable(object)]));
});

afterAll(async () => {
  await fleet[Symbol.asyncDispose]();
});

/** In the version that it was installed in, so that it can be compared. */
function resourceOf(place: Place): Promise<Resource> {
  const { apiVersion, kind } = installed.get(keyOf(place)) as KubeObject;
  return spoke.resourceFor(groupVersionKind({ apiVersion, kind }));
}

interface Place {
  readonly kind: string;
  readonly group?: string;
  readonly name: string;
  readonly namespaced?: boolean;
}

function nameOf({ name, namespaced = true }: Place): { readonly name: string; readonly namespace?: string } {
  return namespaced ? { namespace, name } : { name };
}

function keyOf({ kind, group = '', name, namespaced = true }: Place): string {
  return `${kind}.${group} ${namespaced ? namespace : ''}/${name}`;
}

/** The object, as it can be compared, once it is as it was installed; `than` is a version that it must not have any more. */
async function mended(place: Place, than?: string): Promise<unknown> {
  const resource = await resourceOf(place);
  return waitFor(`${keyOf(place)} is as it was`, async (saw) => {
    const object = await spoke.get(resource, nameOf(place));
    const now = comparable({ ...object, kind: place.kind });
    saw(now);
    const isMended =
      object.metadata.resourceVersion !== than && isDeepStrictEqual(now, installed.get(keyOf(place)));
    return isMended ? now : undefined;
  });
}

describe('what somebody did to an object on the spoke is undone in seconds', () => {
  const someone: Readonly<Record<string, readonly [Place, PatchType, unknown]>> = {
    'an edit of a ConfigMap': [
      { kind: 'ConfigMap', name: 'config-network' },
      'merge',
      { data: { 'ingress-class': 'other' } },
    ],
    'an edit of a Deployment': [
      { kind: 'Deployment', group: 'apps', name: 'autoscaler' },
      'strategic',
      { spec: { template: { spec: { containers: [{ name: 'autoscaler', image: 'example.com/evil' }] } } } },
    ],
    'a key of a ConfigMap that is gone': [
      { kind: 'ConfigMap', name: 'config-deployment' },
      'json',
      [{ op: 'remove', path: '/data/queue-sidecar-image' }],
    ],
    'a removed label': [
      { kind: 'ConfigMap', name: 'config-gc' },
      'merge',
      { metadata: { labels: { 'app.kubernetes.io/name': null } } },
    ],
    'a changed annotation': [
      { kind: 'ConfigMap', name: 'config-features' },
      'merge',
      { metadata: { annotations: { 'knative.dev/example-checksum': 'none' } } },
    ],
    'removed owner references': [
      { kind: 'ServiceAccount', name: 'activator' },
      'merge',
      { metadata: { ownerReferences: null } },
    ],
    'cleared managed fields': [
      { kind: 'Service', name: 'autoscaler' },
      'merge',
      { metadata: { managedFields: [{}] } },
    ],
    'other rights': [
      {
        kind: 'ClusterRole',
        group: 'rbac.authorization.k8s.io',
        name: 'knative-serving-core',
        namespaced: false,
      },
      'json',
      [{ op: 'replace', path: '/rules', value: [] }],
    ],
    'a webhook configuration with another target': [
      {
        kind: 'ValidatingWebhookConfiguration',
        group: 'admissionregistration.k8s.io',
        name: 'config.webhook.serving.knative.dev',
        namespaced: false,
      },
      'json',
      [{ op: 'replace', path: '/webhooks/0/clientConfig/service/name', value: 'other' }],
    ],
  };

  test.concurrent.each(Object.entries(someone))('%s', async (_what, [place, type, body]) => {
    const resource = await resourceOf(place);
    const { metadata } = await spoke.patch(resource, nameOf(place), type, body, {
      fieldManager: 'somebody',
    });
    expect(await mended(place, metadata.resourceVersion)).toEqual(installed.get(keyOf(place)));
  });

  const deleted: readonly Place[] = [
    { kind: 'ConfigMap', name: 'config-tracing' },
    { kind: 'Service', name: 'activator-service' },
    { kind: 'ServiceAccount', name: 'controller' },
    { kind: 'Secret', name: 'webhook-certs' },
    { kind: 'Deployment', group: 'apps', name: 'activator' },
    { kind: 'HorizontalPodAutoscaler', group: 'autoscaling', name: 'webhook' },
    { kind: 'PodDisruptionBudget', group: 'policy', name: 'activator-pdb' },
    { kind: 'Role', group: 'rbac.authorization.k8s.io', name: 'knative-serving-activator' },
    {
      kind: 'ClusterRoleBinding',
      group: 'rbac.authorization.k8s.io',
      name: 'knative-serving-controller-admin',
      namespaced: false,
    },
    { kind: 'Image', group: 'caching.internal.knative.dev', name: 'queue-proxy' },
  ];

  test.concurrent.each(deleted)('the deletion of $kind $name', async (place) => {
    const resource = await resourceOf(place);
    const { metadata } = await spoke.get(resource, nameOf(place));
    await spoke.delete(resource, nameOf(place), { propagation: 'Background' });
    await waitFor('it is there again', async () => {
      const now = await spoke.get(resource, nameOf(place));
      return now.metadata.uid !== metadata.uid;
    });
    expect(await mended(place)).toEqual(installed.get(keyOf(place)));
  });

  test.concurrent('a scale by hand', async () => {
    const place = { kind: 'Deployment', group: 'apps', name: 'controller' };
    const { metadata } = await spoke.patch(
      resources.deployments,
      nameOf(place),
      'merge',
      { spec: { replicas: 5 } },
      { subresource: 'scale', fieldManager: 'kubectl' },
    );
    expect(await mended(place, metadata.resourceVersion)).toEqual(installed.get(keyOf(place)));
  });

  test.each([
    'ConfigMap knative-serving/config-network on cluster "fleet-system/spoke-1" had been changed by somebody (.data.ingress-class) and was put back',
    'Service knative-serving/activator-service on cluster "fleet-system/spoke-1" had been deleted and was restored',
    'Deployment knative-serving/controller on cluster "fleet-system/spoke-1" had been changed by kubectl (.spec.replicas)',
    // A label that is lost hides an object from the watch, but it had not been deleted.
    'ConfigMap knative-serving/config-gc on cluster "fleet-system/spoke-1" had been changed',
  ])('and is told: %s', async (note) => {
    await serving.waitForEvent('DriftMended', note);
    const ready = await serving.waitForReady();
    expect(conditionOf(ready, 'InstallSucceeded')).toMatchObject({ status: 'True' });
  });
});

describe('what belongs to others stays with them', () => {
  test('data that a program put into a Secret, and keys that somebody added', async () => {
    const certificates = { namespace, name: 'webhook-certs' };
    const features = { namespace, name: 'config-logging' };
    const theirs = { fieldManager: 'webhook' };
    await spoke.patch(
      resources.secrets,
      certificates,
      'merge',
      { data: { 'server-key.pem': 'a2V5' } },
      theirs,
    );
    await spoke.patch(resources.configMaps, features, 'merge', { data: { mine: 'yes', _example: 'other' } });
    await waitUntilMendedButFor(features, 'mine');
    expect(await spoke.get(resources.secrets, certificates)).toMatchObject({
      data: { 'server-key.pem': 'a2V5' },
    });
    expect((await serving.events('DriftMended')).join('\n')).not.toContain(
      'Secret knative-serving/webhook-certs on cluster "fleet-system/spoke-1" had been changed',
    );
  });

  /** The example is back, and the key that nobody but its author knows is still there. */
  async function waitUntilMendedButFor(
    name: { namespace: string; name: string },
    key: string,
  ): Promise<void> {
    await waitFor('the example is back', async () => {
      const data = (await spoke.get(resources.configMaps, name))['data'] as Readonly<Record<string, string>>;
      return data['_example'] !== 'other' && data[key] === 'yes';
    });
  }

  test('a field that somebody applied under a name of their own is left, told, and taken back when they let go', async () => {
    const name = { namespace, name: 'config-network' };
    const applied = (data: object): KubeObject => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: name,
      data,
    });
    const how = { fieldManager: 'platform-team', force: true };
    const setting = async (): Promise<unknown> =>
      ((await spoke.get(resources.configMaps, name))['data'] as Readonly<Record<string, string>>)[
        'ingress-class'
      ];
    await spoke.apply(resources.configMaps, applied({ 'ingress-class': 'theirs' }), how);
    await serving.waitForEvent(
      'ForeignFieldLeft',
      '.data.ingress-class of ConfigMap knative-serving/config-network on cluster "fleet-system/spoke-1" belongs to platform-team and is left to it',
    );
    // A spec that changes the object is applied around the field.
    await serving.patch({ spec: { config: { network: { 'domain-template': '{{.Name}}.{{.Domain}}' } } } });
    await waitFor('the new setting is there', async () => {
      const { data } = (await spoke.get(resources.configMaps, name)) as unknown as {
        data: Record<string, string>;
      };
      return data['domain-template'] !== undefined;
    });
    expect(await setting()).toBe('theirs');
    await spoke.apply(resources.configMaps, applied({}), how);
    await waitFor(
      'our value is back',
      async () => (await setting()) === 'kourier.ingress.networking.knative.dev',
    );
    await serving.patch({ spec: { config: { network: { 'domain-template': null } } } });
    await serving.waitForReady();
  });

  test('the scale that an autoscaler of theirs sets is not fought', async () => {
    const autoscalers = await resourceOf({
      kind: 'HorizontalPodAutoscaler',
      group: 'autoscaling',
      name: 'webhook',
    });
    const controller = { namespace, name: 'controller' };
    const autoscaler = { namespace, name: 'of-a-user' };
    await spoke.create(autoscalers, {
      apiVersion: apiVersion(autoscalers),
      kind: 'HorizontalPodAutoscaler',
      metadata: autoscaler,
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'controller' },
        minReplicas: 4,
        maxReplicas: 6,
      },
    });
    await serving.waitForEvent(
      'ForeignFieldLeft',
      '.spec.replicas of Deployment knative-serving/controller on cluster "fleet-system/spoke-1" belongs to kube-controller-manager',
    );
    expect(await spoke.get(resources.deployments, controller)).toMatchObject({ spec: { replicas: 4 } });
    await serving.waitForReady();
    await spoke.delete(autoscalers, autoscaler);
  });

  test('nor is a label of theirs in the place of the one that objects are watched by', async () => {
    const name = { namespace, name: 'config-observability' };
    const key = 'app.kubernetes.io/name';
    const labelled = (value: string): KubeObject => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { ...name, labels: { [key]: value } },
    });
    const theirs = { fieldManager: 'platform-team', force: true };
    await spoke.apply(resources.configMaps, labelled('theirs'), theirs);
    await serving.waitForEvent(
      'ForeignFieldLeft',
      `.metadata.labels.${key} of ConfigMap knative-serving/config-observability on cluster "fleet-system/spoke-1" belongs to platform-team`,
    );
    const left = await spoke.get(resources.configMaps, name);
    // It is still kept true in everything else.
    await spoke.patch(
      resources.configMaps,
      name,
      'merge',
      { data: { _example: 'mine' } },
      { fieldManager: 'somebody' },
    );
    const mended = await waitFor('the example is back', async () => {
      const now = await spoke.get(resources.configMaps, name);
      return isDeepStrictEqual(now['data'], left['data']) ? now : undefined;
    });
    expect(mended.metadata.labels).toMatchObject({ [key]: 'theirs' });
    await serving.waitForReady();
    await spoke.apply(
      resources.configMaps,
      { ...labelled(''), metadata: name },
      { fieldManager: 'platform-team' },
    );
    await waitFor('the label is ours again', async () => {
      const { labels } = (await spoke.get(resources.configMaps, name)).metadata;
      return labels?.[key] === 'knative-serving';
    });
  });
});

describe('with the drift policy report', () => {
  const policy = (value: string | null) => ({
    metadata: { annotations: { 'operator.knative.dev/drift-policy': value } },
  });
  /** A setting of the spec is on the spoke. */
  const waitForTimeout = (seconds: string): Promise<boolean> =>
    waitFor(`the timeout is ${seconds}`, async () => {
      const defaults = await spoke.get(resources.configMaps, { namespace, name: 'config-defaults' });
      const data = defaults['data'] as Readonly<Record<string, string>>;
      return data['revision-timeout-seconds'] === seconds;
    });
  const withTimeout = (seconds: string) => ({
    spec: { config: { defaults: { 'revision-timeout-seconds': seconds } } },
  });
  /** Resolves once the operator has seen it, which a setting that comes with it shows. */
  const report = async (seconds: string): Promise<void> => {
    await serving.patch({ ...policy('report'), ...withTimeout(seconds) });
    await waitForTimeout(seconds);
    await serving.waitForReady();
  };
  const edited = { kind: 'ConfigMap', name: 'config-leader-election' };
  const gone = { kind: 'Service', name: 'controller' };

  test('an edit and a deletion change nothing and are told, and the spec is still applied', async () => {
    await report('297');
    await spoke.patch(
      resources.configMaps,
      nameOf(edited),
      'merge',
      { data: { _example: 'mine' } },
      { fieldManager: 'somebody' },
    );
    await spoke.delete(await resourceOf(gone), nameOf(gone));
    const told = await serving.waitForCondition({
      type: 'InstallSucceeded',
      status: 'False',
      reason: 'DriftReported',
      message:
        'Not as it should be on cluster "fleet-system/spoke-1": ConfigMap knative-serving/config-leader-election (changed by somebody), ' +
        'Service knative-serving/controller (deleted, or without its label). ',
    });
    expect(conditionOf(told, 'Ready')).toMatchObject({ status: 'False', reason: 'DriftReported' });
    await serving.waitForEvent('DriftReported', 'Service knative-serving/controller (deleted');
    await serving.patch(withTimeout('298'));
    await waitForTimeout('298');
    await serving.waitForCondition({ type: 'InstallSucceeded', status: 'False', reason: 'DriftReported' });
    expect(await spoke.get(resources.configMaps, nameOf(edited))).toMatchObject({
      data: { _example: 'mine' },
    });
    await expect(spoke.get(await resourceOf(gone), nameOf(gone))).rejects.toThrow(NotFoundError);
    const mends = (await serving.events('DriftMended')).join('\n');
    expect(mends).not.toContain('Service knative-serving/controller on');
    expect(mends).not.toContain('ConfigMap knative-serving/config-leader-election on');
  });

  test('another value is told, and means that drift is mended', async () => {
    await serving.patch(policy('ignore'));
    expect(await mended(edited)).toEqual(installed.get(keyOf(edited)));
    expect(await mended(gone)).toEqual(installed.get(keyOf(gone)));
    const ready = await serving.waitForReady();
    expect(conditionOf(ready, 'InstallSucceeded')).toMatchObject({ reason: 'AnnotationUnknown' });
    await serving.waitForEvent('AnnotationUnknown', "'ignore' is neither 'correct' nor 'report'");
  });

  test('drift is mended as soon as the annotation is gone', async () => {
    await report('299');
    await spoke.delete(await resourceOf(gone), nameOf(gone));
    await serving.waitForCondition({ type: 'InstallSucceeded', status: 'False', reason: 'DriftReported' });
    await serving.patch(policy(null));
    expect(await mended(gone)).toEqual(installed.get(keyOf(gone)));
    await serving.patch({ spec: { config: { defaults: null } } });
    const ready = await serving.waitForReady();
    expect(conditionOf(ready, 'InstallSucceeded')?.reason).toBeUndefined();
  });
});

describe('what took a lot along comes back as a whole', () => {
  test('a definition and the objects of its kind', async () => {
    const name = 'images.caching.internal.knative.dev';
    const { uid } = (await spoke.get(resources.customResourceDefinitions, { name })).metadata;
    await spoke.delete(resources.customResourceDefinitions, { name });
    await waitFor(
      'another definition is there',
      async () => (await spoke.get(resources.customResourceDefinitions, { name })).metadata.uid !== uid,
    );
    const image = { kind: 'Image', group: 'caching.internal.knative.dev', name: 'queue-proxy' };
    expect(await mended(image)).toEqual(installed.get(keyOf(image)));
    await serving.waitForReady();
  });

  test('the namespace and everything in it', async () => {
    const { uid } = (await spoke.get(resources.namespaces, { name: namespace })).metadata;
    await spoke.delete(resources.namespaces, { name: namespace });
    await waitFor(
      'another one is there',
      async () => (await spoke.get(resources.namespaces, { name: namespace })).metadata.uid !== uid,
      { timeoutMs: 60_000 },
    );
    const places = await waitFor('everything is there again', async (saw) => {
      const there = new Set(await deliveredPlaces(spoke));
      const missing = [...installed.keys()].filter((place) => !there.has(place));
      saw(missing);
      return missing.length === 0 ? there : undefined;
    });
    expect([...places].toSorted()).toEqual([...installed.keys()].toSorted());
    await serving.waitForReady();
  });
});

test('how long every mend took was measured', async () => {
  const value = (name: string): Promise<number> => metricValue(operator.metricsUrl, `wheelwright_${name}`);
  const mends = await value('drift_mend_duration_seconds_count');
  expect(mends).toBeGreaterThan(0);
  expect(await value('drift_mend_duration_seconds_sum')).toBeGreaterThan(0);
  const drift = (action: string): Promise<number> =>
    metricValue(operator.metricsUrl, 'wheelwright_drift_total', { action });
  for (const action of ['recreated', 'reverted', 'left', 'reported'])
    expect(await drift(action)).toBeGreaterThan(0);
});
