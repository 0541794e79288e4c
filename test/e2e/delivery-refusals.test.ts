import { afterAll, beforeAll, expect, test } from 'vitest';
import type { KubeObject } from '../../src/api/index.ts';
import { ForbiddenError, InvalidError, type KubeClient, resources } from '../../src/kube/index.ts';
import { waitFor } from '../bed/index.ts';
import { deliveredPlaces, Fleet, Installation, leftBehind } from '../fleet/index.ts';

let fleet: Fleet;
let spoke: KubeClient;

const namespace = 'knative-serving';

beforeAll(async () => {
  fleet = await Fleet.start();
  spoke = fleet.spoke(0).client;
  await fleet.startOperator({ flags: ['--remote-deployments-poll-interval=1s'] });
});

afterAll(async () => {
  await fleet[Symbol.asyncDispose]();
});

interface Rule {
  readonly name: string;
  readonly operation: 'CREATE' | 'DELETE';
  readonly group: string;
  readonly resource: string;
  readonly object: string;
  readonly message: string;
}

function admission(kind: string, name: string, spec: object): KubeObject {
  return { apiVersion: 'admissionregistration.k8s.io/v1', kind, metadata: { name }, spec };
}

async function apply(object: KubeObject): Promise<void> {
  const resource = await spoke.resourceFor({
    group: 'admissionregistration.k8s.io',
    version: 'v1',
    kind: object.kind,
  });
  await spoke.apply(resource, object);
}

async function forbid({ name, operation, group, resource, object, message }: Rule): Promise<void> {
  await apply(
    admission('ValidatingAdmissionPolicy', name, {
      matchConstraints: {
        resourceRules: [
          { apiGroups: [group], apiVersions: ['*'], operations: [operation], resources: [resource] },
        ],
      },
      validations: [{ expression: `request.name != '${object}'`, message }],
    }),
  );
  await apply(
    admission('ValidatingAdmissionPolicyBinding', name, { policyName: name, validationActions: ['Deny'] }),
  );
}

async function allow(name: string): Promise<void> {
  const kind = { group: 'admissionregistration.k8s.io', version: 'v1' };
  const bindings = await spoke.resourceFor({ ...kind, kind: 'ValidatingAdmissionPolicyBinding' });
  await spoke.delete(bindings, { name });
}

/** Policies and quotas come into force a moment after they are written. */
async function waitUntilRefused(what: string, attempt: () => Promise<unknown>): Promise<void> {
  await waitFor(`${what} is refused`, async () => {
    const error: unknown = await attempt().catch((thrown: unknown) => thrown);
    return error instanceof ForbiddenError || error instanceof InvalidError;
  });
}

test('an object that the cluster refuses is told with the answer, keeps no other one off, and comes when it may', async () => {
  await fleet.namespace(namespace, spoke);
  const quotas = await spoke.resourceFor({ group: '', version: 'v1', kind: 'ResourceQuota' });
  const quota = { namespace, name: 'no-balancers' };
  await spoke.create(quotas, {
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: quota,
    spec: { hard: { 'services.loadbalancers': '0' } },
  });
  await forbid({
    name: 'no-autoscaler',
    operation: 'CREATE',
    group: 'apps',
    resource: 'deployments',
    object: 'autoscaler',
    message: 'see https://example.com/?policy=a%2Fb&share=100%',
  });
  const services = await spoke.resourceFor({ group: '', version: 'v1', kind: 'Service' });
  const trial = (name: string, spec: object) => ({ metadata: { name, namespace }, spec });
  await waitUntilRefused('a balancer', () =>
    spoke.create(
      services,
      {
        apiVersion: 'v1',
        kind: 'Service',
        ...trial('trial', { type: 'LoadBalancer', ports: [{ port: 80 }] }),
      },
      { dryRun: true },
    ),
  );
  const template = {
    metadata: { labels: { a: 'b' } },
    spec: { containers: [{ name: 'a', image: 'example.com/a' }] },
  };
  await waitUntilRefused('an autoscaler', () =>
    spoke.create(
      resources.deployments,
      {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        ...trial('autoscaler', { selector: { matchLabels: { a: 'b' } }, template }),
      },
      { dryRun: true },
    ),
  );

  const serving = await Installation.create(fleet, 'serving', { profile: fleet.spoke(0).profile });
  await serving.waitForCondition({
    type: 'InstallSucceeded',
    status: 'False',
    reason: 'Error',
    message:
      'Install failed with message: cannot apply Deployment knative-serving/autoscaler on cluster "fleet-system/spoke-1" (and 1 more): ',
  });
  // Whatever an API server says is text, not a format.
  await serving.waitForCondition({ type: 'Ready', status: 'False', message: '?policy=a%2Fb&share=100%' });
  const places = await deliveredPlaces(spoke);
  for (const place of [
    'Deployment.apps knative-serving/controller',
    'Service. knative-serving/kourier-internal',
    'Image.caching.internal.knative.dev knative-serving/queue-proxy',
  ])
    expect(places).toContain(place);
  for (const place of [
    'Deployment.apps knative-serving/autoscaler',
    'Service. knative-serving/kourier',
    'Job.batch',
  ])
    expect(places.filter((each) => each === place || each.startsWith(`${place} `))).toEqual([]);

  // What the cluster has is kept true meanwhile.
  const controller = { namespace, name: 'controller' };
  const { uid } = (await spoke.get(resources.deployments, controller)).metadata;
  await spoke.delete(resources.deployments, controller, { propagation: 'Background' });
  await waitFor(
    'the controller is there again',
    async () => (await spoke.get(resources.deployments, controller)).metadata.uid !== uid,
  );

  await Promise.all([spoke.delete(quotas, quota), allow('no-autoscaler')]);
  await serving.waitForReady();
  await serving.delete();
  await serving.waitForGone();
});

test('a workload that finds no node is waited for by name, and no longer than it must be', async () => {
  const serving = await Installation.create(fleet, 'serving', {
    profile: fleet.spoke(0).profile,
    spec: { workloads: [{ name: 'activator', nodeSelector: { disk: 'none-has-it' } }] },
  });
  const waiting = await serving.waitForCondition({
    type: 'DeploymentsAvailable',
    status: 'False',
    reason: 'NotReady',
    message: 'Waiting on deployments: activator. ',
  });
  expect(waiting['status']).toMatchObject({
    conditions: expect.arrayContaining([
      expect.objectContaining({ type: 'Ready', status: 'False', reason: 'NotReady' }),
    ]),
  });
  expect(waiting['status']).not.toHaveProperty('version');
  await serving.patch({ spec: { workloads: null } });
  await serving.waitForReady();
  await serving.delete();
  await serving.waitForGone();
});

test('an object that the cluster does not let go is told, keeps no other one there, and goes when it may', async () => {
  const serving = await Installation.create(fleet, 'serving', { profile: fleet.spoke(0).profile });
  await serving.waitForReady();
  await forbid({
    name: 'keep-role',
    operation: 'DELETE',
    group: 'rbac.authorization.k8s.io',
    resource: 'clusterroles',
    object: 'knative-serving-core',
    message: 'this role stays',
  });
  const roles = await spoke.resourceFor({
    group: 'rbac.authorization.k8s.io',
    version: 'v1',
    kind: 'ClusterRole',
  });
  await waitUntilRefused('the deletion', () =>
    spoke.delete(roles, { name: 'knative-serving-core' }, { dryRun: true }),
  );
  await serving.delete();
  await serving.waitForCondition({
    type: 'InstallSucceeded',
    status: 'False',
    message:
      'remote finalization: cannot remove ClusterRole knative-serving-core on cluster "fleet-system/spoke-1"',
  });
  await serving.waitForEvent('FinalizeBlocked', 'this role stays');
  // The anchor stays as long as there is something that only it lists.
  expect(await leftBehind(spoke)).toEqual([
    'ClusterRole.rbac.authorization.k8s.io /knative-serving-core',
    'ConfigMap. knative-serving/knativeserving-knative-root-owner',
  ]);
  await allow('keep-role');
  await serving.waitForGone();
  expect(await leftBehind(spoke)).toEqual([]);
});
