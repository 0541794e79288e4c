import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { groupVersionKind, type KubeObject } from '../../src/api/index.ts';
import { type KubeClient, type Resource, resources } from '../../src/kube/index.ts';
import { waitFor } from '../bed/index.ts';
import {
  type AuditEntry,
  AuditLog,
  deliveredObjects,
  Fleet,
  Installation,
  isByOperator,
  isWrite,
  leftBehind,
  placeOf,
  setSchedulable,
  StatusHistory,
} from '../fleet/index.ts';

/** Serving and Eventing on the hub itself, side by side, from their first moment to their last. */
let fleet: Fleet;
let hub: KubeClient;
let audit: AuditLog;
let installations: { readonly serving: Installation; readonly eventing: Installation };

const serving = {
  component: 'serving',
  label: 'knative-serving',
  deployment: 'autoscaler',
  configMap: 'config-network',
  service: 'autoscaler',
  autoscaler: 'activator',
  account: 'controller',
  aggregated: 'knative-serving-admin',
} as const;
const eventing = {
  component: 'eventing',
  label: 'knative-eventing',
  deployment: 'eventing-controller',
  configMap: 'config-br-defaults',
  service: 'eventing-webhook',
  autoscaler: 'eventing-webhook',
  account: 'eventing-controller',
  aggregated: 'channelable-manipulator',
} as const;
const both = [serving, eventing];
type Component = (typeof both)[number];

let history: StatusHistory;

beforeAll(async () => {
  audit = await AuditLog.create();
  fleet = await Fleet.start({
    hub: { admissionWebhooks: false, flags: { 'kube-apiserver': audit.flags } },
    spokes: 0,
  });
  ({ hub } = fleet);
  history = await StatusHistory.start(hub, resources.knativeEventings);
  // Rights that the last test can take away.
  const { token } = await fleet.bed.hub.issueToken({ serviceAccount: 'operator', namespace: 'fleet-system' });
  const kubeconfig = await fleet.bed.hub.writeKubeconfig('operator', { token });
  await setSchedulable(hub, false);
  await fleet.startOperator({
    providers: null,
    flags: [`--kubeconfig=${kubeconfig}`, '--remote-deployments-poll-interval=1s'],
  });
});

afterAll(async () => {
  await history[Symbol.asyncDispose]();
  await fleet[Symbol.asyncDispose]();
  await audit[Symbol.asyncDispose]();
});

function of({ component }: Component): Installation {
  return installations[component];
}

function resource(apiVersion: string, kind: string): Promise<Resource> {
  return hub.resourceFor(groupVersionKind({ apiVersion, kind }));
}

async function delivered({ label }: Component, ...kinds: readonly string[]): Promise<readonly KubeObject[]> {
  const objects = await deliveredObjects(hub, label);
  return objects.filter(({ kind }) => kinds.includes(kind));
}

async function writesSince(seen: number): Promise<readonly AuditEntry[]> {
  return (await audit.entries()).slice(seen).filter(isByOperator).filter(isWrite);
}

async function notRolledOut(component: Component): Promise<readonly string[]> {
  const workloads = await delivered(component, 'Deployment', 'StatefulSet');
  const waiting = workloads.filter((workload) => {
    const { spec, status } = workload as unknown as {
      readonly spec: { readonly replicas?: number };
      readonly status?: { readonly availableReplicas?: number };
    };
    return (status?.availableReplicas ?? 0) < (spec.replicas ?? 1);
  });
  return waiting.map(({ metadata }) => metadata.name).sort();
}

describe('an installation, while no pod can start', () => {
  let seen: number;

  test('begins with five dependents and Ready, sorted, none of them False', async () => {
    seen = (await audit.entries()).length;
    installations = {
      // Without a word about ingress it is Istio's.
      serving: await Installation.create(fleet, 'serving', {
        spec: { ingress: undefined, config: undefined },
      }),
      eventing: await Installation.create(fleet, 'eventing', {}),
    };
    const first = await waitFor('there is a first status', () =>
      history.statuses(of(eventing).name).find((conditions) => conditions.length > 0),
    );
    expect(first.map(({ type }) => type)).toEqual([
      'DependenciesInstalled',
      'DeploymentsAvailable',
      'InstallSucceeded',
      'Ready',
      'TargetClusterResolved',
      'VersionMigrationEligible',
    ]);
    expect(first.filter(({ status }) => status === 'False')).toEqual([]);
    expect(first.find(({ type }) => type === 'Ready')?.status).toBe('Unknown');
  });

  test('asks for Istio where it is wanted and not there, and writes nothing before', async () => {
    const { status } = await of(serving).waitForCondition({
      type: 'InstallSucceeded',
      status: 'False',
      reason: 'Error',
      message:
        'Install failed with message: please install istio or disable the istio ingress plugin: cluster "hub" does not serve ',
    });
    expect(status).not.toHaveProperty('version');
    expect(await delivered(serving, 'Deployment', 'ConfigMap', 'ClusterRole')).toEqual([]);
  });

  test('of Serving stops at the webhook, before the Certificates that it judges', async () => {
    await of(serving).patch({ spec: { ingress: { kourier: { enabled: true } } } });
    const waiting = await of(serving).waitForCondition({
      type: 'DeploymentsAvailable',
      status: 'False',
      reason: 'NotReady',
      message: 'Waiting on deployments: webhook',
    });
    expect(waiting['status']).toMatchObject({
      conditions: expect.arrayContaining([
        expect.objectContaining({ type: 'InstallSucceeded', status: 'Unknown' }),
        expect.objectContaining({
          type: 'Ready',
          status: 'False',
          message: expect.stringMatching(/^Waiting on deployments: webhook(\.|$)/),
        }),
      ]),
    });
    expect(await delivered(serving, 'Certificate')).toEqual([]);
  });

  test('of Eventing names every workload that it waits for, sorted', async () => {
    const names = await waitFor('some wait', async () => {
      const found = await notRolledOut(eventing);
      return found.length > 5 ? found : undefined;
    });
    const { status } = await of(eventing).waitForCondition({
      type: 'DeploymentsAvailable',
      status: 'False',
      reason: 'NotReady',
      message: `Waiting on deployments: ${names.join(', ')}`,
    });
    expect(status).not.toHaveProperty('version');
  });

  test('applies roles, then bindings, then webhook configurations, and then the rest', async () => {
    for (const { label } of both) {
      const first = (await deliveredObjects(hub, label, { metadataOnly: true })).map(placeOf);
      const names = new Set(first.map((place) => place.slice(place.lastIndexOf('/') + 1)));
      const applies = (await writesSince(seen)).filter(
        ({ verb, objectRef, requestURI, responseStatus }) =>
          verb === 'patch' &&
          names.has(objectRef?.name ?? '') &&
          (responseStatus?.code ?? 0) < 300 &&
          !requestURI.includes('/status') &&
          (!requestURI.includes('/namespaces/') || requestURI.includes(`/namespaces/${label}/`)),
      );
      const during = (kinds: readonly string[]): readonly [string, string] => {
        const some = applies.filter(({ objectRef }) => kinds.includes(objectRef?.resource ?? ''));
        expect(some).not.toEqual([]);
        const began = some.map(({ requestReceivedTimestamp }) => requestReceivedTimestamp).sort();
        const ended = some.map(({ stageTimestamp }) => stageTimestamp).sort();
        return [began[0] ?? '', ended.at(-1) ?? ''];
      };
      const [, rolesEnd] = during(['roles', 'clusterroles']);
      const [bindings, bindingsEnd] = during(['rolebindings', 'clusterrolebindings']);
      const [webhooks, webhooksEnd] = during([
        'mutatingwebhookconfigurations',
        'validatingwebhookconfigurations',
      ]);
      const [rest] = during(['customresourcedefinitions', 'serviceaccounts', 'services', 'deployments']);
      expect([rolesEnd < bindings, bindingsEnd < webhooks, webhooksEnd < rest]).toEqual([true, true, true]);
    }
  });

  test('is Ready, Certificates and all, as soon as they can', async () => {
    await setSchedulable(hub, true);
    await Promise.all(both.map((component) => of(component).waitForReady()));
    expect((await delivered(serving, 'Certificate')).length).toBeGreaterThan(0);
    for (const component of both) expect((await of(component).get())['status']).toHaveProperty('version');
  });
});

describe.each(both)('an installed $component', (component) => {
  const { label: namespace, deployment, configMap, service, autoscaler, account } = component;

  test.each([
    ['apps/v1', 'Deployment', deployment],
    ['v1', 'ConfigMap', configMap],
    ['v1', 'Service', service],
    ['autoscaling/v2', 'HorizontalPodAutoscaler', autoscaler],
    ['v1', 'ServiceAccount', account],
  ])('gets its %s %s %s back', async (apiVersion, kind, name) => {
    const kinds = await resource(apiVersion, kind);
    const { uid } = (await hub.get(kinds, { namespace, name })).metadata;
    await hub.delete(kinds, { namespace, name }, { propagation: 'Background' });
    const back = await waitFor('it is there again', async () => {
      const now = await hub.get(kinds, { namespace, name });
      return now.metadata.uid === uid ? undefined : now;
    });
    expect(back.metadata.ownerReferences).toMatchObject([{ uid: of(component).uid, controller: true }]);
    await of(component).waitForReady();
  });

  test('loses a setting with its key in the spec, and keeps one that somebody added by hand', async () => {
    const logging = { namespace, name: 'config-logging' };
    const setting = 'loglevel.test';
    const data = async (): Promise<Readonly<Record<string, string>>> =>
      ((await hub.get(resources.configMaps, logging))['data'] ?? {}) as Readonly<Record<string, string>>;
    await of(component).patch({ spec: { config: { logging: { [setting]: 'debug' } } } });
    await waitFor('the setting is there', async () => (await data())[setting] === 'debug');
    const mine = { data: { mine: 'yes' } };
    await hub.patch(resources.configMaps, logging, 'merge', mine, { fieldManager: 'kubectl-edit' });
    await of(component).patch({ spec: { config: { logging: { [setting]: null } } } });
    await waitFor('the setting is gone', async () => (await data())[setting] === undefined);
    await of(component).waitForReady();
    expect(await data()).toMatchObject({ mine: 'yes' });
  });

  test('has the replicas of its release again after high availability', async () => {
    const replicas = async (): Promise<Readonly<Record<string, unknown>>> => {
      const objects = await delivered(component, 'Deployment', 'HorizontalPodAutoscaler');
      const managed = new Set(objects.filter(({ kind }) => kind !== 'Deployment').map(targetOf));
      return Object.fromEntries(
        objects
          // What an autoscaler decides is nobody else's.
          .filter(({ kind, metadata }) => kind !== 'Deployment' || !managed.has(metadata.name))
          .map((object) => {
            const {
              replicas: wanted,
              minReplicas,
              maxReplicas,
            } = object['spec'] as Readonly<Record<string, number>>;
            return [placeOf(object), object.kind === 'Deployment' ? wanted : [minReplicas, maxReplicas]];
          }),
      );
    };
    const bundled = await replicas();
    await of(component).patch({ spec: { 'high-availability': { replicas: 3 } } });
    await of(component).waitForReady();
    const high = await replicas();
    const unchanged = Object.keys(bundled).filter(
      (place) => JSON.stringify(high[place]) === JSON.stringify(bundled[place]),
    );
    expect(unchanged.filter((place) => !place.endsWith('/pingsource-mt-adapter'))).toEqual([]);
    expect(Object.values(high)).toContain(3);
    await of(component).patch({ spec: { 'high-availability': null } });
    await of(component).waitForReady();
    expect(await replicas()).toEqual(bundled);
  });

  function targetOf(autoscaling: KubeObject): string {
    return (autoscaling['spec'] as { readonly scaleTargetRef: { readonly name: string } }).scaleTargetRef
      .name;
  }

  test('keeps rules that the cluster gathers, whatever it does to their role', async () => {
    const roles = await resource('rbac.authorization.k8s.io/v1', 'ClusterRole');
    const name = { name: component.aggregated };
    const gathered = await waitFor('rules are gathered', async () => {
      const { rules } = (await hub.get(roles, name)) as unknown as { readonly rules?: readonly unknown[] };
      return (rules ?? []).length > 0 ? rules : undefined;
    });
    const seen = (await audit.entries()).length;
    for (let pass = 1; pass <= 10; pass++) {
      await of(component).patch({ spec: { config: { logging: { pass: `${pass}` } } } });
      await of(component).waitForReady();
      expect((await hub.get(roles, name))['rules']).toEqual(gathered);
    }
    const touched = (await writesSince(seen)).filter(
      ({ objectRef }) => objectRef?.resource === 'clusterroles',
    );
    expect(touched).toEqual([]);
    // Applied once more, it is still only ours without the rules.
    const label = { metadata: { labels: { 'app.kubernetes.io/version': 'none' } } };
    const { metadata } = await hub.patch(roles, name, 'merge', label);
    await waitFor('the label is mended', async () => {
      const now = await hub.get(roles, name);
      return now.metadata.labels?.['app.kubernetes.io/version'] !== 'none';
    });
    const mended = await hub.get(roles, name);
    expect(mended.metadata.uid).toBe(metadata.uid);
    expect(mended['rules']).toEqual(gathered);
    await of(component).patch({ spec: { config: { logging: { pass: null } } } });
    await of(component).waitForReady();
  });

  test('is not Ready while a rollout fails, though the old pods serve', async () => {
    const name = { namespace, name: deployment };
    const version = (await of(component).get())['status'] as { readonly version?: string };
    const override = { name: deployment, nodeSelector: { disk: 'none-has-it' } };
    await of(component).patch({ spec: { workloads: [override] } });
    const failing = await of(component).waitForCondition({
      type: 'DeploymentsAvailable',
      status: 'False',
      reason: 'NotReady',
      message: `Waiting on deployments: ${deployment}`,
    });
    expect(failing['status']).toMatchObject({
      version: version.version,
      conditions: expect.arrayContaining([
        expect.objectContaining({ type: 'InstallSucceeded', status: 'True' }),
        expect.objectContaining({ type: 'Ready', status: 'False', reason: 'NotReady' }),
      ]),
    });
    const { status } = (await hub.get(resources.deployments, name)) as unknown as {
      readonly status: { readonly availableReplicas: number };
    };
    expect(status.availableReplicas).toBeGreaterThan(0);
    await of(component).patch({ spec: { workloads: null } });
    await of(component).waitForReady();
  });
});

describe('a removal', () => {
  const rbac = 'rbac.authorization.k8s.io/v1';
  const users: readonly KubeObject[] = both.flatMap(({ label: namespace }) => [
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace, name: 'of-a-user' } },
    {
      apiVersion: rbac,
      kind: 'ClusterRole',
      metadata: { name: `of-a-user-of-${namespace}` },
      rules: [],
    },
  ]);
  const objectsOfKinds: readonly KubeObject[] = [
    {
      apiVersion: 'serving.knative.dev/v1',
      kind: 'Service',
      metadata: { namespace: 'knative-serving', name: 'of-a-user' },
      spec: { template: { spec: { containers: [{ image: 'example.com/a' }] } } },
    },
    {
      apiVersion: 'eventing.knative.dev/v1',
      kind: 'Broker',
      metadata: { namespace: 'knative-eventing', name: 'of-a-user' },
      spec: {},
    },
  ];

  async function bind(role: string): Promise<void> {
    await hub.apply(await resource(rbac, 'ClusterRoleBinding'), {
      apiVersion: rbac,
      kind: 'ClusterRoleBinding',
      metadata: { name: `operator-${role}` },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role },
      subjects: [{ kind: 'ServiceAccount', name: 'operator', namespace: 'fleet-system' }],
    });
  }

  test('that lacks the right to remove says so, tries again, and is finished once it may', async () => {
    for (const object of [...users, ...objectsOfKinds]) {
      hub.invalidateDiscovery();
      await hub.create(await resource(object.apiVersion, object.kind), object);
    }
    await hub.apply(await resource(rbac, 'ClusterRole'), {
      apiVersion: rbac,
      kind: 'ClusterRole',
      metadata: { name: 'all-but-delete' },
      rules: [
        {
          apiGroups: ['*'],
          resources: ['*'],
          verbs: ['get', 'list', 'watch', 'create', 'update', 'patch', 'bind', 'escalate'],
        },
      ],
    });
    await bind('all-but-delete');
    await hub.delete(await resource(rbac, 'ClusterRoleBinding'), {
      name: 'fleet-system:operator:cluster-admin',
    });
    await Promise.all(both.map((component) => of(component).delete()));
    for (const component of both) {
      await of(component).waitForCondition({
        type: 'InstallSucceeded',
        status: 'False',
        reason: 'Error',
        message: 'cannot remove ',
      });
      await of(component).waitForEvent('FinalizeBlocked', 'forbidden');
      expect((await of(component).get()).metadata.finalizers).not.toEqual([]);
    }
    await bind('cluster-admin');
    await Promise.all(both.map((component) => of(component).waitForGone()));
  });

  test('leaves definitions, objects of users, and the namespace of the object, and nothing else', async () => {
    for (const { label } of both) {
      expect(await leftBehind(hub, label)).toEqual([]);
      const { metadata } = await hub.get(resources.namespaces, { name: label });
      expect(metadata).not.toHaveProperty('deletionTimestamp');
    }
    const { items } = await hub.list(resources.customResourceDefinitions, { metadataOnly: true });
    const names = items.map(({ metadata }) => metadata.name);
    expect(names).toContain('services.serving.knative.dev');
    expect(names).toContain('brokers.eventing.knative.dev');
    for (const { apiVersion, kind, metadata } of [...users, ...objectsOfKinds]) {
      const there = await hub.get(await resource(apiVersion, kind), metadata);
      expect(there.metadata).not.toHaveProperty('deletionTimestamp');
    }
  });
});
