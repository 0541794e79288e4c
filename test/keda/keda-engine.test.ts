import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { KubeObject } from '../../src/api/index.ts';
import { NotFoundError, resources } from '../../src/kube/index.ts';
import { waitFor } from '../bed/index.ts';
import { deployment, Fleet, Metric } from '../fleet/index.ts';
import { EngineAtWork } from './engine-at-work.ts';

let fleet: Fleet;
let engine: EngineAtWork;

beforeAll(async () => {
  fleet = await Fleet.start({ spokes: 0, keda: true });
  engine = await EngineAtWork.start(fleet.hub);
});

afterAll(async () => {
  await engine[Symbol.asyncDispose]();
  await fleet[Symbol.asyncDispose]();
});

let count = 0;
let name = '';
let metric: Metric;

beforeEach(() => {
  count += 1;
  name = `app-${count}`;
  metric = new Metric(fleet.hub, `metric-${count}`);
});

/** Where a manifest says nothing about time, KEDA and the autoscaler take minutes. */
const quick = {
  pollingInterval: 1,
  cooldownPeriod: 2,
  advanced: {
    horizontalPodAutoscalerConfig: {
      behavior: {
        scaleUp: { policies: [{ type: 'Percent', value: 900, periodSeconds: 15 }] },
        scaleDown: { stabilizationWindowSeconds: 0 },
      },
    },
  },
};

/** An object that has followed its metric to 4. */
async function scaledToFour(
  spec: object = {},
  metadata: Partial<KubeObject['metadata']> = {},
): Promise<void> {
  await metric.set('20');
  await engine.create(
    name,
    { ...quick, maxReplicaCount: 10, triggers: [metric.trigger()], ...spec },
    metadata,
  );
  await engine.waitForTotal(name, 4);
}

async function child(): Promise<KubeObject> {
  const found = await engine.child(name);
  if (found === undefined) throw new Error(`there is no ScaledObject ${name}`);
  return found;
}

function specOf(object: KubeObject): Readonly<Record<string, unknown>> {
  return object['spec'] as Readonly<Record<string, unknown>>;
}

/** As the user of the object does. */
async function respecify(scaledObjectSpec: object): Promise<void> {
  const kind = { group: 'keda.kedify.io', version: 'v1alpha1', kind: 'DistributedScaledObject' };
  const body = { spec: { scaledObjectSpec } };
  await fleet.hub.patch(await fleet.hub.resourceFor(kind), { namespace: 'default', name }, 'merge', body);
}

/** As somebody with an editor. */
async function edit(patch: object): Promise<void> {
  await fleet.hub.patch(await engine.scaledResource(), { namespace: 'default', name }, 'merge', patch, {
    fieldManager: 'kubectl-edit',
  });
}

describe('the total', () => {
  test('follows a metric from zero, up, down, and back to zero', async () => {
    await metric.set('0');
    await engine.create(name, { ...quick, maxReplicaCount: 10, triggers: [metric.trigger()] });
    await engine.waitForReport(name, 'active', 'False');
    expect(engine.totals(name)).toEqual([0]);
    await metric.set('20');
    await engine.waitForTotal(name, 4);
    expect(await engine.waitForReport(name, 'active', 'True', 'ScalerActive')).toMatchObject({
      ready: { status: 'True', reason: 'ScaledObjectReady' },
      paused: { status: 'False' },
    });
    await metric.set('50');
    await engine.waitForTotal(name, 10);
    await metric.set('26');
    await engine.waitForTotal(name, 6);
    await metric.set('3');
    await engine.waitForTotal(name, 1);
    // Below the target, and above zero.
    expect(engine.report(name)?.active).toMatchObject({ status: 'True', reason: 'ScalerActive' });
    await metric.set('0');
    await engine.waitForTotal(name, 0);
    await engine.waitForReport(name, 'active', 'False', 'ScalerNotActive');
    await metric.set('1000');
    await engine.waitForTotal(name, 10);
  });

  test.each([
    ['the ConfigMap is missing', () => metric.remove()],
    ['its key is missing', () => metric.clear()],
    ['its value is no number', () => metric.set('abc')],
  ])('stays as it is while %s', async (_case, breakIt) => {
    await scaledToFour();
    await breakIt();
    await engine.waitForReport(name, 'ready', 'False');
    await metric.set('50');
    await engine.waitForTotal(name, 10);
    await engine.waitForReport(name, 'ready', 'True');
    expect(engine.totals(name).slice(engine.totals(name).indexOf(4))).not.toContain(0);
    expect(Math.min(...engine.totals(name).slice(engine.totals(name).indexOf(4)))).toBe(4);
  });

  test('is that of the fallback while triggers fail', async () => {
    const fallback = { failureThreshold: 1, replicas: 3 };
    await metric.set('50');
    await engine.create(name, { ...quick, maxReplicaCount: 10, fallback, triggers: [metric.trigger()] });
    await engine.waitForTotal(name, 10);
    await engine.waitForReport(name, 'fallback', 'False');
    await metric.remove();
    await engine.waitForTotal(name, 3);
    await engine.waitForReport(name, 'fallback', 'True', 'FallbackExists');
    await metric.set('20');
    await engine.waitForTotal(name, 4);
    expect((await engine.waitForReport(name, 'fallback', 'False')).ready.status).toBe('True');
  });

  test('jumps between idleReplicaCount and minReplicaCount', async () => {
    const counts = { idleReplicaCount: 0, minReplicaCount: 3, maxReplicaCount: 10 };
    await metric.set('0');
    await engine.create(name, { ...quick, ...counts, triggers: [metric.trigger()] });
    await engine.waitForReport(name, 'active', 'False');
    await metric.set('1');
    await engine.waitForTotal(name, 3);
    await metric.set('0');
    await engine.waitForTotal(name, 0);
    expect(engine.totals(name)).toEqual([0, 3, 0]);
  });

  test('is raised to minReplicaCount though nothing is active', async () => {
    await metric.set('0');
    await engine.create(name, { ...quick, maxReplicaCount: 10, triggers: [metric.trigger()] });
    await engine.waitForReport(name, 'active', 'False');
    await respecify({ minReplicaCount: 3 });
    await engine.waitForTotal(name, 3);
    expect(engine.totals(name)).toEqual([0, 3]);
    await engine.waitForReport(name, 'active', 'False');
  });

  test('comes from a formula over several triggers', async () => {
    const other = new Metric(fleet.hub, `metric-${count}-other`);
    await Promise.all([metric.set('12'), other.set('18')]);
    const scalingModifiers = { formula: 'one + two', target: '5' };
    await engine.create(name, {
      ...quick,
      maxReplicaCount: 10,
      advanced: { ...quick.advanced, scalingModifiers },
      triggers: [metric.trigger('one'), other.trigger('two')],
    });
    await engine.waitForTotal(name, 6);
    await other.set('28');
    await engine.waitForTotal(name, 8);
    expect(specOf(await child())['advanced']).toMatchObject({ scalingModifiers });
  });

  test('freezes while paused, or stands where the pause says', async () => {
    await scaledToFour();
    await engine.annotate(name, { 'autoscaling.keda.sh/paused': 'true' });
    await engine.waitForReport(name, 'paused', 'True', 'ScaledObjectPaused');
    // KEDA says so before it deletes the autoscaler, which would still follow the metric.
    const autoscaler = { namespace: 'default', name: `keda-hpa-${name}` };
    await waitFor('the autoscaler to be gone', () =>
      fleet.hub.get(resources.horizontalPodAutoscalers, autoscaler).then(
        () => false,
        (error: unknown) => error instanceof NotFoundError,
      ),
    );
    await metric.set('50');
    await engine.annotate(name, { 'autoscaling.keda.sh/paused-replicas': '7' });
    await engine.waitForTotal(name, 7);
    await engine.annotate(name, { 'autoscaling.keda.sh/paused-replicas': '0' });
    await engine.waitForTotal(name, 0);
    const annotations = { 'autoscaling.keda.sh/paused': null, 'autoscaling.keda.sh/paused-replicas': null };
    await engine.annotate(name, annotations);
    await engine.waitForReport(name, 'paused', 'False');
    await engine.waitForTotal(name, 10);
    const totals = engine.totals(name);
    // Not one between the pause and what the pause said, although the metric asked for more.
    expect(totals.slice(totals.indexOf(4), totals.indexOf(4) + 3)).toEqual([4, 7, 0]);
  });
});

describe('the ScaledObject', () => {
  test('is created again when somebody deletes it, and the total stays', async () => {
    await scaledToFour();
    const { uid = '' } = (await child()).metadata;
    await fleet.hub.delete(await engine.scaledResource(), { namespace: 'default', name });
    await waitFor('another ScaledObject', async () => {
      const found = await engine.child(name);
      return found !== undefined && found.metadata.uid !== uid;
    });
    await engine.waitForReport(name, 'ready', 'True');
    await metric.set('50');
    await engine.waitForTotal(name, 10);
    expect(engine.totals(name).slice(engine.totals(name).indexOf(4))).not.toContain(0);
  });

  test('is set right when somebody edits it, and keeps the annotations and labels that they added', async () => {
    await scaledToFour({}, { labels: { team: 'a' } });
    await edit({
      metadata: { annotations: { 'example.com/note': 'mine' }, labels: { mine: 'yes', team: 'b' } },
      spec: { maxReplicaCount: 50, minReplicaCount: 2 },
    });
    const mended = await waitFor('the ScaledObject to be as before', async (saw) => {
      const found = await child();
      saw({ spec: specOf(found), metadata: found.metadata.labels });
      const { maxReplicaCount, minReplicaCount } = specOf(found);
      return maxReplicaCount === 10 && minReplicaCount === undefined ? found : undefined;
    });
    expect(mended.metadata.annotations).toMatchObject({ 'example.com/note': 'mine' });
    expect(mended.metadata.labels).toMatchObject({
      mine: 'yes',
      team: 'a',
      'scaledobject.keda.sh/name': name,
    });
    expect(engine.totals(name).at(-1)).toBe(4);
  });

  test('is written once, whatever KEDA adds to it', async () => {
    await scaledToFour({ fallback: { failureThreshold: 3, replicas: 3 } });
    const { managedFields = [], generation, finalizers } = (await child()).metadata;
    expect(finalizers).toEqual(['finalizer.keda.sh']);
    // The second is KEDA's own, which writes down that there are no modifiers.
    expect(generation).toBeLessThanOrEqual(2);
    expect(
      managedFields.filter(({ manager }) => manager === 'fleet').map(({ operation }) => operation),
    ).toEqual(['Apply']);
  });

  test('loses an annotation with the object', async () => {
    await scaledToFour({}, { annotations: { 'autoscaling.keda.sh/paused-scale-in': 'true', other: 'x' } });
    await engine.waitForReport(name, 'paused', 'True');
    expect((await child()).metadata.annotations).toEqual({ 'autoscaling.keda.sh/paused-scale-in': 'true' });
    await engine.annotate(name, { 'autoscaling.keda.sh/paused-scale-in': null });
    await engine.waitForReport(name, 'paused', 'False');
    expect((await child()).metadata.annotations ?? {}).toEqual({});
  });

  /** Somebody's own, for a Deployment on the hub. */
  async function createTheirs(): Promise<KubeObject> {
    await metric.set('20');
    await fleet.hub.create(resources.deployments, deployment(1, { name }));
    const theirs = await fleet.hub.create(await engine.scaledResource(), {
      apiVersion: 'keda.sh/v1alpha1',
      kind: 'ScaledObject',
      metadata: { name, namespace: 'default', labels: { mine: 'yes' } },
      spec: {
        scaleTargetRef: { name },
        maxReplicaCount: 2,
        minReplicaCount: 1,
        triggers: [metric.trigger()],
      },
    });
    await engine.create(name, { ...quick, maxReplicaCount: 10, triggers: [metric.trigger()] });
    const { ready } = await engine.waitForReport(name, 'ready', 'False', 'ScaledObjectConflict');
    expect(ready.message).toContain('keda.kedify.io/adopt: "true"');
    expect(specOf(await child())).toEqual(specOf(theirs));
    expect(engine.totals(name)).toEqual([0]);
    return theirs;
  }

  test('of somebody else is left alone until it may be adopted', async () => {
    const theirs = await createTheirs();
    await engine.annotate(name, { 'keda.kedify.io/adopt': 'true' });
    await engine.waitForTotal(name, 4);
    const adopted = await child();
    expect(adopted.metadata.uid).toBe(theirs.metadata.uid);
    expect(specOf(adopted)).not.toHaveProperty('minReplicaCount');
    expect(adopted.metadata.labels).toMatchObject({ mine: 'yes' });
    await engine.delete(name);
    await waitFor(
      'the ScaledObject to go with its owner',
      async () => (await engine.child(name)) === undefined,
    );
  });

  test('of somebody else makes room when it is gone', async () => {
    const theirs = await createTheirs();
    await fleet.hub.delete(await engine.scaledResource(), { namespace: 'default', name });
    await engine.waitForTotal(name, 4);
    expect((await child()).metadata.uid).not.toBe(theirs.metadata.uid);
  });

  test('that the hub refuses is told of in the words of the hub, and made when it may be', async () => {
    await fleet.hub.apply(await fleet.hub.resourceFor(policyKind), refusal, { force: true });
    await fleet.hub.apply(await fleet.hub.resourceFor({ ...policyKind, kind: bindingKind }), refusalBinding, {
      force: true,
    });
    await metric.set('20');
    await waitFor('the hub to refuse', async () => {
      const probe = { ...quick, triggers: [metric.trigger()], scaleTargetRef: { name }, maxReplicaCount: 99 };
      const object = {
        apiVersion: 'keda.sh/v1alpha1',
        kind: 'ScaledObject',
        metadata: { name: 'probe', namespace: 'default' },
        spec: probe,
      };
      return fleet.hub.create(await engine.scaledResource(), object, { dryRun: true }).then(
        () => false,
        () => true,
      );
    });
    await engine.create(name, { ...quick, maxReplicaCount: 99, triggers: [metric.trigger()] });
    const { ready } = await engine.waitForReport(name, 'ready', 'False', 'ScaledObjectRefused');
    expect(ready.message).toContain('no more than 90');
    expect(await engine.child(name)).toBeUndefined();
    await respecify({ maxReplicaCount: 10 });
    await engine.waitForTotal(name, 4);
  });
});

describe('a trigger that cannot work without pods on the hub', () => {
  test('is warned of, and hinders nothing else', async () => {
    const value = { ...metric.trigger(), metricType: 'Value', name: 'one' };
    await scaledToFour({ triggers: [metric.trigger('two'), value] });
    const { warnings = [] } = engine.report(name) ?? {};
    expect(warnings.map(({ field, value: found }) => [field, found])).toEqual([
      ['spec.scaledObjectSpec.triggers[1].metricType', 'Value'],
    ]);
  });
});

test('a name that KEDA has no room for is refused before anything is written', async () => {
  name = 'a'.repeat(64);
  await engine.create(name, { triggers: [metric.trigger()] });
  await engine.waitForReport(name, 'ready', 'False', 'ScaledObjectNameInvalid');
  expect(await engine.child(name)).toBeUndefined();
});

/** The last one, because KEDA may do less for a while. */
test('a KEDA that may not scale this kind is found out, and named with what it needs', async () => {
  const roles = await fleet.hub.resourceFor({
    group: 'rbac.authorization.k8s.io',
    version: 'v1',
    kind: 'ClusterRole',
  });
  const role = await fleet.hub.get(roles, { name: 'keda-operator' });
  const rules = (role['rules'] as readonly Readonly<Record<string, unknown>>[]).filter(
    ({ resources: plurals }) => !(plurals as readonly string[]).some((plural) => plural.startsWith('*')),
  );
  await fleet.hub.patch(roles, { name: 'keda-operator' }, 'merge', { rules });
  await metric.set('20');
  await engine.create(name, { ...quick, maxReplicaCount: 10, triggers: [metric.trigger()] });
  const { ready } = await engine.waitForReport(name, 'ready', 'False', 'KEDARightsMissing');
  expect(ready.message).toContain(
    'the ServiceAccount keda/keda-operator of KEDA may not get distributedscaledobjects.keda.kedify.io, get distributedscaledobjects.keda.kedify.io/scale, update distributedscaledobjects.keda.kedify.io/scale',
  );
  await fleet.hub.patch(roles, { name: 'keda-operator' }, 'merge', { rules: role['rules'] });
  await engine.waitForTotal(name, 4);
});

const policyKind = {
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  kind: 'ValidatingAdmissionPolicy',
};
const bindingKind = 'ValidatingAdmissionPolicyBinding';

/** Refuses as an admission webhook does, without one. */
const refusal: KubeObject = {
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: policyKind.kind,
  metadata: { name: 'small' },
  spec: {
    failurePolicy: 'Fail',
    matchConstraints: {
      resourceRules: [
        {
          apiGroups: ['keda.sh'],
          apiVersions: ['v1alpha1'],
          operations: ['CREATE', 'UPDATE'],
          resources: ['scaledobjects'],
        },
      ],
    },
    validations: [
      {
        expression: '!has(object.spec.maxReplicaCount) || object.spec.maxReplicaCount <= 90',
        message: 'no more than 90',
      },
    ],
  },
};
const refusalBinding: KubeObject = {
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: bindingKind,
  metadata: { name: 'small' },
  spec: { policyName: 'small', validationActions: ['Deny'] },
};
