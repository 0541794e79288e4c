import { afterAll, beforeAll, expect, test } from 'vitest';
import type { KubeObject } from '../../src/api/index.ts';
import { type KubeClient, NotFoundError, type Resource, resources } from '../../src/kube/index.ts';
import { waitFor } from '../bed/index.ts';
import {
  deployment,
  Distributed,
  distributedObject,
  Fleet,
  registerMembers,
  rowOf,
  type RunningOperator,
  startSpreading,
} from '../fleet/index.ts';

const namespace = 'default';
const anchor = { namespace, name: 'distributedscaledobject-nginx-root-owner' };
const rbac = { group: 'rbac.authorization.k8s.io', version: 'v1', namespaced: true } as const;

let fleet: Fleet;
let nginx: Distributed;
let operator: RunningOperator;
/** Two that allow it, and one that gives no more than the guide for members says. */
let willing: readonly KubeClient[];
let unwilling: KubeClient;

beforeAll(async () => {
  fleet = await Fleet.start({ profiles: false, spokes: 3 });
  await registerMembers(fleet);
  const clients = fleet.spokes.map(({ client }) => client);
  willing = clients.slice(0, 2);
  unwilling = clients[2] as KubeClient;
  await Promise.all(willing.map(allowDelivery));
  await Promise.all([
    fleet.put(resources.configMaps, dataOf('ConfigMap', 'settings', { color: 'red' })),
    fleet.put(resources.configMaps, dataOf('ConfigMap', 'extras', { size: 'small' })),
    fleet.put(
      resources.secrets,
      dataOf('Secret', 'words', { open: Buffer.from('sesame').toString('base64') }),
    ),
    fleet.put(resources.serviceAccounts, {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { namespace, name: 'web' },
    }),
    fleet.put(resources.deployments, template(['settings', 'extras'])),
  ]);
  nginx = new Distributed(fleet);
  operator = await startSpreading(fleet);
  await fleet.hub.create(
    resources.distributedScaledObjects,
    distributedObject({ workload: { fromHub: true } }),
  );
});

afterAll(async () => {
  await fleet[Symbol.asyncDispose]();
});

test('members that allow it get the workload with what its pods need, and their share', async () => {
  await nginx.waitForStatus(
    'two members are healthy',
    ({ membersHealthyCount }) => membersHealthyCount === 2,
  );
  await nginx.scale(6);
  await nginx.waitForSplit([3, 3, undefined]);
  for (const client of willing) {
    expect(await dataOn(client, resources.configMaps, 'settings')).toEqual({ color: 'red' });
    expect(await dataOn(client, resources.secrets, 'words')).toEqual({
      open: Buffer.from('sesame').toString('base64'),
    });
    expect(await find(client, resources.serviceAccounts, 'web')).toBeDefined();
    const { uid } = (await client.get(resources.configMaps, anchor)).metadata;
    const { ownerReferences } = (await client.get(resources.deployments, nginx.workload)).metadata;
    expect(ownerReferences?.map((owner) => owner.uid)).toEqual([uid]);
  }
});

test('the one that does not allow it has a row that names the right, and nothing else', async () => {
  const status = await nginx.waitForStatus(
    'the row tells',
    (seen) => rowOf(seen, 'member-3')?.description.includes('the credential may not') === true,
  );
  expect(rowOf(status, 'member-3')).toMatchObject({ state: 'NotReady', desiredReplicas: 0 });
  expect(rowOf(status, 'member-3')?.description).toMatch(
    /not as on the hub: forbidden: the credential may not create configmaps in namespace 'default'/,
  );
  expect(await find(unwilling, resources.configMaps, anchor.name)).toBeUndefined();
});

test('the workload of the hub stays as it is', async () => {
  const object = await fleet.hub.get(resources.deployments, nginx.workload);
  expect(object['spec']).toMatchObject({ replicas: 0 });
  expect(object.metadata.labels).toEqual({ app: 'nginx' });
  expect(object.metadata.ownerReferences).toBeUndefined();
});

test('a workload that somebody deletes on a member comes back with its share', async () => {
  const [client] = willing as readonly [KubeClient];
  const { uid } = (await client.get(resources.deployments, nginx.workload)).metadata;
  await client.delete(resources.deployments, nginx.workload);
  await waitFor('another one is there', async () => {
    const object = await find(client, resources.deployments, 'nginx');
    return object !== undefined && object.metadata.uid !== uid;
  });
  expect(await nginx.waitForSplit([3, 3, undefined], 60_000)).toBeDefined();
});

test('a change of what pods read arrives', async () => {
  await fleet.hub.patch(resources.configMaps, { namespace, name: 'settings' }, 'merge', {
    data: { color: 'blue' },
  });
  for (const client of willing) {
    await waitFor('the new color', async (saw) => {
      const data = await dataOn(client, resources.configMaps, 'settings');
      saw(JSON.stringify(data));
      return data?.['color'] === 'blue';
    });
    expect(await dataOn(client, resources.configMaps, 'settings')).toEqual({ color: 'blue' });
  }
});

test('what is no longer mounted goes, and replicas stay as they were scaled', async () => {
  await nginx.scale(8);
  await nginx.waitForSplit([4, 4, undefined]);
  await fleet.put(resources.deployments, template(['settings']));
  for (const client of willing) {
    await waitFor('extras are gone', async () => {
      return (await find(client, resources.configMaps, 'extras')) === undefined;
    });
    expect(await find(client, resources.configMaps, 'settings')).toBeDefined();
  }
  expect(await nginx.split()).toEqual([4, 4, undefined]);
  expect(await find(fleet.hub, resources.configMaps, 'extras')).toBeDefined();
});

test('somebody else may deliver the same Secret, and keeps it', async () => {
  await fleet.put(resources.deployments, deployment(0, { name: 'other' }));
  const container = { name: 'other', image: 'nginx', envFrom: [{ secretRef: { name: 'words' } }] };
  await fleet.hub.patch(resources.deployments, { namespace, name: 'other' }, 'strategic', {
    spec: { template: { spec: { containers: [container] } } },
  });
  const other = new Distributed(fleet, {
    name: { namespace, name: 'other' },
    workload: { namespace, name: 'other' },
  });
  await fleet.hub.create(
    resources.distributedScaledObjects,
    distributedObject(
      { workload: { fromHub: true }, scaledObjectSpec: { scaleTargetRef: { name: 'other' } } },
      { name: 'other' },
    ),
  );
  await other.waitForStatus('it is there too', ({ membersHealthyCount }) => membersHealthyCount === 2);
  await fleet.hub.delete(resources.distributedScaledObjects, other.name);
  for (const client of willing) {
    await waitFor('the other one is gone', async () => {
      return (await find(client, resources.deployments, 'other')) === undefined;
    });
    await waitFor('its anchor is gone', async () => {
      return (
        (await find(client, resources.configMaps, 'distributedscaledobject-other-root-owner')) === undefined
      );
    });
    expect(await dataOn(client, resources.secrets, 'words')).toBeDefined();
  }
});

test('a member that leaves is freed of everything, and one that returns gets it again', async () => {
  const [, second] = willing as readonly [KubeClient, KubeClient];
  await nginx.patch({ spec: { memberClusters: [{ name: 'member-1' }, { name: 'member-3' }] } });
  await waitFor('the second one is empty', () => isEmpty(second), { timeoutMs: 60_000 });
  expect(await nginx.waitForSplit([8, undefined, undefined])).toEqual([8, undefined, undefined]);
  await nginx.patch({ spec: { memberClusters: null } });
  await nginx.waitForSplit([4, 4, undefined], 60_000);
});

test('a change of mind leaves what runs alone, and may be changed again', async () => {
  const released = async (client: KubeClient): Promise<boolean> => {
    const { annotations = {} } = (await client.get(resources.configMaps, anchor)).metadata;
    return annotations['operator.knative.dev/released'] === 'true';
  };
  await nginx.patch({ spec: { workload: { fromHub: false } } });
  for (const client of willing) await waitFor('it is released', () => released(client));
  await waitFor(
    'the finalizer is gone',
    async () => (await nginx.object()).metadata.finalizers === undefined,
  );
  expect(await nginx.split()).toEqual([4, 4, undefined]);
  await nginx.patch({ spec: { workload: { fromHub: true } } });
  for (const client of willing) await waitFor('it is kept again', async () => !(await released(client)));
  expect(await nginx.split()).toEqual([4, 4, undefined]);
});

test('another workload of the hub takes the place of the one before, which has nothing to get back', async () => {
  const caddy = new Distributed(fleet, { workload: { namespace, name: 'caddy' } });
  await fleet.put(resources.deployments, deployment(0, caddy.workload));
  const retarget = (name: string, advanced: unknown): Promise<void> =>
    nginx.patch({ spec: { scaledObjectSpec: { scaleTargetRef: { name }, advanced } } });
  const scaled = async (): Promise<readonly string[]> => {
    const { annotations = {} } = (await nginx.object()).metadata;
    return Object.keys(JSON.parse(annotations['wheelwright.dev/original-replicas'] ?? '{}') as object);
  };
  const restores = { restoreToOriginalReplicaCount: true };
  await retarget('nginx', restores);
  await waitFor('the first numbers are noted', async () => (await scaled()).length === 1);
  await retarget('caddy', restores);
  expect(await caddy.waitForSplit([4, 4, undefined], 60_000)).toEqual([4, 4, undefined]);
  for (const client of willing)
    await waitFor('the one before is gone', async () => {
      return (await find(client, resources.deployments, 'nginx')) === undefined;
    });
  await waitFor('nothing of it is left to do', async () => {
    return (await scaled()).join() === 'apps/v1/Deployment/caddy';
  });
  await retarget('nginx', null);
  await nginx.waitForSplit([4, 4, undefined], 60_000);
  await waitFor(
    'no first number is to be given back',
    async () => (await nginx.object()).metadata.finalizers?.length === 1,
  );
});

test('an object that is deleted while nobody works on it empties the members later', async () => {
  await operator.process.kill();
  await fleet.hub.delete(resources.distributedScaledObjects, nginx.name);
  expect((await nginx.object()).metadata.finalizers).toEqual(['wheelwright.dev/workload-from-hub']);
  operator = await startSpreading(fleet);
  await waitFor('the object is gone', async () => {
    return (await find(fleet.hub, resources.distributedScaledObjects, 'nginx')) === undefined;
  });
  for (const client of willing) expect(await isEmpty(client)).toBe(true);
  expect(await find(fleet.hub, resources.deployments, 'nginx')).toBeDefined();
  expect(await find(fleet.hub, resources.secrets, 'words')).toBeDefined();
});

/** What delivery needs beyond the rights that every member gives, in the one namespace. */
async function allowDelivery(client: KubeClient): Promise<void> {
  const name = 'wheelwright-delivery';
  const verbs = ['get', 'list', 'watch', 'create', 'patch', 'delete'];
  await client.create(
    { ...rbac, kind: 'Role', plural: 'roles' },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      metadata: { namespace, name },
      rules: [
        { apiGroups: [''], resources: ['namespaces'], verbs: ['get'] },
        { apiGroups: [''], resources: ['configmaps', 'secrets', 'serviceaccounts'], verbs },
        { apiGroups: ['apps'], resources: ['deployments'], verbs },
      ],
    },
  );
  await client.create(
    { ...rbac, kind: 'RoleBinding', plural: 'rolebindings' },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: { namespace, name },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
      subjects: [{ kind: 'ServiceAccount', name: 'kedify-agent', namespace: 'keda' }],
    },
  );
}

/** The workload of the hub, which runs nothing there. */
function template(configMaps: readonly string[]): KubeObject {
  const made = deployment(0);
  const labels = { app: 'nginx' };
  const mounted = configMaps.map((name) => ({ name, configMap: { name } }));
  return {
    ...made,
    spec: {
      replicas: 0,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          serviceAccountName: 'web',
          terminationGracePeriodSeconds: 0,
          containers: [
            {
              name: 'nginx',
              image: 'nginx',
              envFrom: [{ secretRef: { name: 'words' } }],
              volumeMounts: configMaps.map((name) => ({ name, mountPath: `/${name}` })),
            },
          ],
          volumes: mounted,
        },
      },
    },
  };
}

function dataOf(kind: string, name: string, data: Readonly<Record<string, string>>): KubeObject {
  return { apiVersion: 'v1', kind, metadata: { namespace, name }, data };
}

async function find(client: KubeClient, resource: Resource, name: string): Promise<KubeObject | undefined> {
  try {
    return await client.get(resource, { namespace, name });
  } catch (error) {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  }
}

async function dataOn(
  client: KubeClient,
  resource: Resource,
  name: string,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  return (await find(client, resource, name))?.['data'] as Readonly<Record<string, unknown>> | undefined;
}

/** Nothing is left of what the object delivers, its anchor included. */
async function isEmpty(client: KubeClient): Promise<boolean> {
  const left = await Promise.all([
    find(client, resources.deployments, 'nginx'),
    find(client, resources.configMaps, 'settings'),
    find(client, resources.secrets, 'words'),
    find(client, resources.serviceAccounts, 'web'),
    find(client, resources.configMaps, anchor.name),
  ]);
  return left.every((object) => object === undefined);
}
