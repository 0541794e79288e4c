import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { groupVersionKind } from '../../src/api/index.ts';
import { resources } from '../../src/kube/index.ts';
import { kubectl, waitFor } from '../bed/index.ts';
import { only } from '../chart/helm.ts';
import {
  accountKubeconfig,
  AuditLog,
  ChartRelease,
  chartUser,
  CommandLine,
  deployment,
  Distributed,
  distributedObject,
  Fleet,
  fleetNamespace,
  Installation,
  kubeconfigSecret,
  leftBehind,
  Metric,
  nothingUnlistable,
  type RunningOperator,
} from '../fleet/index.ts';

let fleet: Fleet;
let hubLog: AuditLog;
let spokeLog: AuditLog;
let release: ChartRelease;
let operator: RunningOperator;
/** All that the hub had before the release. */
let before: ReadonlySet<string>;

/** Everything that the operator can do, each as narrow as it goes. */
const values = {
  multicluster: { enabled: true, secretNamespaces: [fleetNamespace] },
  scaling: { distributedScaledObjects: true, engine: 'builtin', hubMember: 'hub', namespaces: ['default'] },
};

beforeAll(async () => {
  [hubLog, spokeLog] = await Promise.all([AuditLog.create(), AuditLog.create()]);
  fleet = await Fleet.start({
    // Nobody serves the webhooks of the Knative that runs there.
    hub: { admissionWebhooks: false, flags: { 'kube-apiserver': hubLog.flags } },
    spokes: [{ flags: { 'kube-apiserver': spokeLog.flags } }],
    profiles: false,
  });
  before = await places();
  release = await ChartRelease.put(fleet.bed.hub, values);
  const kubeconfigs = join(fleet.bed.directory, 'kubeconfigs');
  await mkdir(kubeconfigs);
  const { flags, env } = await release.setup();
  operator = await fleet.startOperator({
    providers: await release.providers(),
    flags: [...flags, `--kubeconfig-dir=${kubeconfigs}`],
    env,
  });
});

afterAll(async () => {
  await fleet[Symbol.asyncDispose]();
  await Promise.all([hubLog[Symbol.asyncDispose](), spokeLog[Symbol.asyncDispose]()]);
});

test('installs Knative on the hub and on a spoke, and scales on the hub, with no right but those of the roles', async () => {
  const { cluster, client, profile } = fleet.spoke(0);
  const role = new URL('../../docs/rbac/knative-on-a-spoke.yaml', import.meta.url);
  await kubectl(cluster.kubeconfig, ['apply', '-f', '-'], { input: await readFile(role, 'utf8') });
  const { token } = await cluster.issueToken({
    serviceAccount: 'wheelwright',
    namespace: 'wheelwright',
    clusterRole: 'wheelwright-knative',
  });
  await fleet.put(resources.secrets, kubeconfigSecret(profile, cluster.kubeconfigFor({ token })));
  const { server, certificateAuthority } = cluster;
  await fleet.putProfile({ name: profile, server, certificateAuthority });

  await fleet.put(resources.deployments, deployment(1));
  await new Metric(fleet.hub, 'mock-metric').set('20');
  await fleet.hub.create(resources.distributedScaledObjects, distributedObject());
  const installations = await Promise.all([
    Installation.create(fleet, 'serving', { name: 'here' }),
    Installation.create(fleet, 'eventing', { name: 'there', profile }),
    Installation.create(fleet, 'serving', { name: 'there', profile }),
  ]);
  await Promise.all(installations.map((installation) => installation.waitForReady()));
  await waitFor('the hub runs four replicas', async (saw) => {
    const status = await new Distributed(fleet).status();
    saw(status);
    return status.totalCurrentReplicas === 4;
  });

  await Promise.all(installations.map((installation) => installation.delete()));
  await Promise.all(installations.map((installation) => installation.waitForGone()));
  expect(await leftBehind(fleet.hub)).toEqual([]);
  // Who may not see what else is in a namespace leaves it.
  const left = [...(await leftBehind(client)), ...(await leftBehind(client, 'knative-eventing'))];
  expect(left.filter((place) => !place.startsWith('Namespace.'))).toEqual([]);
  await fleet.hub.delete(resources.distributedScaledObjects, { namespace: 'default', name: 'nginx' });

  expect(operator.process.output).not.toMatch(/forbidden/i);
  expect(await hubLog.refusalsOf(chartUser)).toEqual([]);
  // It has tried to see whether anything else is in the namespaces.
  const there = (await spokeLog.refusalsOf(chartUser)).filter((call) => !/^(list|watch) /.test(call));
  expect(there).toEqual([]);
});

test('what `helm test` runs finds nothing wrong, by the account that it makes', async () => {
  const { hub, bed } = fleet;
  const hooks = await release.hooks();
  const pod = only(hooks, 'Pod');
  const others = hooks.filter((object) => object !== pod);
  for (const object of others) await fleet.put(await hub.resourceFor(groupVersionKind(object)), object);
  const { containers } = pod['spec'] as {
    readonly containers: readonly [{ readonly args: readonly string[] }];
  };
  const kubeconfig = await accountKubeconfig(bed.hub, only(hooks, 'ServiceAccount').metadata, 'check');
  const shell = new CommandLine({ kubeconfig, home: bed.directory });
  const ran = await shell.wheelwright(...containers[0].args);
  expect(ran).toEqual({ exit: 0, stderr: '', stdout: expect.any(String) });
  for (const object of others)
    await hub.delete(await hub.resourceFor(groupVersionKind(object)), object.metadata);
});

test('an upgrade, a roll-back and a removal leave nothing but definitions and what users have put there', async () => {
  await release.upgrade({ ...values, replicas: 1, knative: { onHub: false } });
  expect((await release.deployment())['spec']).toMatchObject({ replicas: 1 });
  await release.rollback();
  expect((await release.deployment())['spec']).toMatchObject({ replicas: 2 });
  await operator.process.stop();
  await release.uninstall();

  // What controllers made of it goes a little later.
  await waitFor('nothing else is left', async (saw) => {
    const left = [...(await places())].filter((place) => !before.has(place) && !isOfUsers.test(place));
    saw(left);
    return left.length === 0;
  });
});

/**
 * What may stay: definitions, with what the cluster serves by them; the Secret that users put credentials into, and the object
 * whose annotations say which members they drain; and what the tests above put there.
 */
const isOfUsers = new RegExp(
  `^(${[
    'CustomResourceDefinition .*',
    'APIService .*',
    `Secret ${fleetNamespace}/(kedify-agent-multicluster-kubeconfigs|spoke-1)`,
    `KedifyConfiguration ${fleetNamespace}/kedify`,
    `ClusterProfile ${fleetNamespace}/spoke-1`,
    'Namespace /knative-(serving|eventing)',
    'ConfigMap knative-(serving|eventing)/kube-root-ca.crt',
    'ServiceAccount knative-(serving|eventing)/default',
    'ConfigMap default/mock-metric',
    '(Deployment|ReplicaSet|Pod) default/nginx.*',
  ].join('|')})$`,
);

/** `Kind namespace/name` of everything that the hub has, but for events. */
async function places(): Promise<ReadonlySet<string>> {
  fleet.hub.invalidateDiscovery();
  const kinds = (await fleet.hub.resources()).filter(({ kind }) => kind !== 'Event');
  const lists = await Promise.all(
    kinds.map(async (resource) => {
      const { items } = await fleet.hub.list(resource, { metadataOnly: true }).catch(nothingUnlistable);
      return items.map(({ metadata: { namespace = '', name } }) => `${resource.kind} ${namespace}/${name}`);
    }),
  );
  return new Set(lists.flat());
}
