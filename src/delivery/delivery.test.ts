import { describe, expect, it } from 'vitest';
import type { DeliverySet } from './delivery-set.ts';
import type { KubeObject } from '../api/index.ts';
import { ConflictError, ForbiddenError, type Resource, UnreachableError } from '../kube/index.ts';
import type { Delivery } from './delivery.ts';
import type { DeliveryReport } from './delivery-report.ts';
import { StillTerminating } from './remove-objects.ts';
import {
  anchorOf,
  clusterRole,
  configMap,
  deployment,
  namespaceObject,
  object,
  owner,
  rolledOut,
  Scene,
  setOf,
  settle,
} from './testing/scene.ts';

const context = { cluster: 'fleet/spoke', verb: 'patch', resource: 'configmaps' };

function listed({ spoke }: Scene): string {
  const data = spoke.peek(anchorOf())?.['data'] as Readonly<Record<string, string>> | undefined;
  return data?.['inventory'] ?? '';
}

describe('a delivery', () => {
  it('lists everything before it applies any of it, and asks nothing once all is well', async () => {
    using scene = new Scene();
    const delivery = scene.delivery();
    const unlisted: string[] = [];
    scene.spoke.before = ({ verb, key }) => {
      const [, name = key] = key.split('/');
      if (verb === 'apply' && !listed(scene).includes(`/${name} `)) unlisted.push(key);
    };
    const set = setOf([configMap('config-a'), clusterRole('role-a')]);
    expect(await delivery.deliver(set, scene.signal)).toMatchObject({ applied: 3, complete: true });
    expect(unlisted).toEqual([]);
    await settle();
    const before = scene.spoke.calls.length;
    expect(await delivery.deliver(set, scene.signal)).toMatchObject({ applied: 0, drifted: [] });
    expect(scene.spoke.asked(before)).toEqual([]);
  });

  it('costs another process one look at the anchor, and no write', async () => {
    using scene = new Scene();
    const set = setOf([configMap('config-a'), clusterRole('role-a')]);
    await scene.delivery().deliver(set, scene.signal);
    const before = scene.spoke.calls.length;
    expect(await scene.delivery().deliver(set, scene.signal)).toMatchObject({ applied: 0, drifted: [] });
    expect(scene.spoke.asked(before)).toEqual([
      'get configmaps knative-serving/knativeserving-knative-root-owner',
      'list configmaps ',
      'get namespaces knative-serving',
    ]);
  });

  it.each([
    ['lost on its way', false],
    ['answered by nobody, though it was done', true],
  ])('applies nothing that is not listed after the write of the list was %s', async (_how, isDone) => {
    using scene = new Scene();
    const delivery = scene.delivery();
    const set = setOf([configMap('config-a'), clusterRole('role-a')]);
    let lost = 0;
    const unlisted: string[] = [];
    scene.spoke.before = ({ verb, resource, key, body }) => {
      if (verb === 'patch' && resource === 'configmaps' && lost++ === 0) {
        if (isDone) scene.spoke.edit(anchorOf(), { data: (body as { data: unknown }).data });
        throw new UnreachableError(context, 'Reset', 'connection reset');
      }
      if (verb === 'apply' && !listed(scene).includes('role-a')) unlisted.push(key);
    };
    await expect(delivery.deliver(set, scene.signal)).rejects.toThrow('connection reset');
    expect(await delivery.deliver(set, scene.signal)).toMatchObject({ applied: 3, complete: true });
    expect(unlisted).toEqual([]);
  });

  it('mends what somebody edits or deletes, and says who', async () => {
    using scene = new Scene();
    const delivery = scene.delivery();
    const set = setOf([configMap('config-a'), configMap('config-b')]);
    await delivery.deliver(set, scene.signal);
    await settle();
    scene.spoke.edit(configMap('config-a'), { data: { a: 'changed' } }, 'somebody');
    scene.spoke.remove(configMap('config-b'));
    await settle();
    expect(scene.changes).toBeGreaterThanOrEqual(2);
    const report = await delivery.deliver(set, scene.signal);
    expect(report.drifted).toMatchObject([
      { identity: { name: 'config-a' }, action: 'reverted' },
      { identity: { name: 'config-b' }, action: 'recreated' },
    ]);
    expect(scene.spoke.peek(configMap('config-a'))).toMatchObject({ data: { a: 'b' } });
    expect(scene.spoke.peek(configMap('config-b'))).toMatchObject({ data: { a: 'b' } });
  });

  it('only tells drift where it is told to, and still applies what the set changes', async () => {
    using scene = new Scene();
    const delivery = scene.delivery();
    const set = setOf([configMap('config-a'), configMap('config-b')]);
    await delivery.deliver(set, scene.signal);
    await settle();
    scene.spoke.edit(configMap('config-a'), { data: { a: 'changed' } }, 'somebody');
    await settle();
    const before = scene.spoke.calls.length;
    const only = { mendsDrift: false };
    const report = await delivery.deliver(set, scene.signal, only);
    expect(report).toMatchObject({ applied: 0, drifted: [], unmended: [{ identity: { name: 'config-a' } }] });
    expect(scene.spoke.asked(before)).toEqual([]);
    const changed = setOf([configMap('config-a'), configMap('config-b', undefined, { a: 'c' })], {
      hash: '2',
    });
    expect(await delivery.deliver(changed, scene.signal, only)).toMatchObject({ applied: 1 });
    expect(scene.spoke.peek(configMap('config-b'))).toMatchObject({ data: { a: 'c' } });
    expect(await delivery.deliver(changed, scene.signal)).toMatchObject({
      drifted: [{ identity: { name: 'config-a' } }],
      unmended: [],
    });
  });

  it.each([true, false])(
    'makes its namespace again, and tells that, mending drift or not: %s',
    async (mendsDrift) => {
      using scene = new Scene();
      const delivery = scene.delivery();
      const set = setOf([configMap('config-a'), clusterRole('role-a')]);
      await delivery.deliver(set, scene.signal);
      await settle();
      const there = scene.spoke.all();
      scene.spoke.remove(namespaceObject('knative-serving'));
      await settle();
      expect(await delivery.deliver(set, scene.signal, { mendsDrift })).toMatchObject({
        drifted: [{ identity: { kind: 'Namespace', name: 'knative-serving' }, action: 'recreated' }],
        unmended: [],
        complete: true,
      });
      expect(scene.spoke.all()).toEqual(there);
      await settle();
      const rest = { applied: 0, drifted: [], unmended: [] };
      expect(await delivery.deliver(set, scene.signal, { mendsDrift })).toMatchObject(rest);
    },
  );

  it('asks for a look when drift that was left is over, whoever ended it', async () => {
    using scene = new Scene();
    const delivery = scene.delivery();
    const set = setOf([configMap('config-a')]);
    await delivery.deliver(set, scene.signal);
    await settle();
    const installed = scene.spoke.peek(configMap('config-a'));
    scene.spoke.edit(configMap('config-a'), { data: { a: 'changed' } }, 'somebody');
    await settle();
    const only = { mendsDrift: false };
    expect((await delivery.deliver(set, scene.signal, only)).unmended).toHaveLength(1);
    const { changes } = scene;
    const managedFields = installed?.metadata.managedFields;
    scene.spoke.edit(configMap('config-a'), { data: { a: 'b' }, metadata: { managedFields } }, 'backup');
    await settle();
    expect(scene.changes).toBeGreaterThan(changes);
    expect((await delivery.deliver(set, scene.signal, only)).unmended).toEqual([]);
  });

  it('puts back ever less often what somebody changes again and again, and tells that it is contested', async () => {
    using scene = new Scene();
    const delivery = scene.delivery();
    const set = setOf([configMap('config-a')]);
    await delivery.deliver(set, scene.signal);
    await settle();
    const interfere = async () => {
      scene.spoke.edit(configMap('config-a'), { data: { a: 'changed' } }, 'somebody');
      await settle();
      return delivery.deliver(set, scene.signal);
    };
    for (let time = 1; time <= 5; time++) expect((await interfere()).drifted).toHaveLength(1);
    expect(await interfere()).toMatchObject({
      drifted: [],
      contested: [{ identity: { name: 'config-a' }, waitMs: 1_000 }],
    });
    scene.clock.pass(1_000);
    expect(await interfere()).toMatchObject({ drifted: [{}], contested: [] });
  });
});

describe('a workload whose watch is behind our own write', () => {
  const activator = deployment('activator');
  const labels = { ...activator.metadata.labels, a: 'b' };
  const labelled = { ...activator, metadata: { ...activator.metadata, labels } };

  async function rolledOutScene(): Promise<{
    scene: Scene;
    deliver: (set: DeliverySet) => Promise<string[]>;
  }> {
    const scene = new Scene();
    const delivery = scene.delivery();
    const deliver = async (set: DeliverySet): Promise<string[]> => {
      const { waiting } = await delivery.deliver(set, scene.signal);
      return waiting.map(({ identity }) => identity.name);
    };
    expect(await deliver(setOf([activator]))).toEqual(['activator']);
    scene.spoke.edit(activator, rolledOut, 'kube-controller-manager');
    await settle();
    expect(await deliver(setOf([activator]))).toEqual([]);
    return { scene, deliver };
  }

  it('stays as far as it was where the write left its spec alone', async () => {
    const { scene, deliver } = await rolledOutScene();
    using _ = scene;
    scene.spoke.stallWatches();
    expect(await deliver(setOf([labelled], { hash: 'labelled' }))).toEqual([]);
    expect(scene.spoke.peek(activator)?.metadata.labels).toMatchObject({ a: 'b' });
  });

  it.each([
    ['changed its spec', { spec: { replicas: 1, paused: false } }, () => undefined],
    ['made it anew', {}, (scene: Scene) => scene.spoke.remove(activator)],
  ])('is waited for where the write %s', async (_how, change, beforehand) => {
    const { scene, deliver } = await rolledOutScene();
    using _ = scene;
    const resume = scene.spoke.stallWatches();
    beforehand(scene);
    const changed = setOf([{ ...labelled, ...change }], { hash: 'changed' });
    expect(await deliver(changed)).toEqual(['activator']);
    resume();
    scene.spoke.edit(activator, { status: { ...rolledOut.status, observedGeneration: 2 } });
    await settle();
    expect(await deliver(changed)).toEqual([]);
  });
});

describe('an object whose label somebody owns on purpose', () => {
  const field = '.metadata.labels.app.kubernetes.io/name';
  const theirs = { 'app.kubernetes.io/name': 'theirs' };
  const wanted = [configMap('config-a'), configMap('config-b'), deployment('activator')];
  const set = setOf(wanted);

  /** `platform-team` has applied a label of its own, and the server says so to whoever applies another one. */
  async function labelled(lost: KubeObject): Promise<Scene> {
    const scene = new Scene();
    await scene.delivery().deliver(set, scene.signal);
    scene.spoke.edit(deployment('activator'), rolledOut);
    const resource = scene.spoke.served.find(({ kind }) => kind === lost.kind) as Resource;
    const { apiVersion, kind, metadata } = lost;
    const label = { apiVersion, kind, metadata: { ...metadata, labels: theirs } };
    await scene.spoke.client.apply(resource, label, { fieldManager: 'platform-team' });
    scene.spoke.before = ({ verb, body }) => {
      const sent = body as KubeObject | undefined;
      const isTheirs = sent?.kind === kind && sent.metadata.name === metadata.name;
      if (verb !== 'apply' || !isTheirs || sent.metadata.labels?.['app.kubernetes.io/name'] === undefined)
        return;
      const causes = [{ reason: 'FieldManagerConflict', field, message: 'conflict with "platform-team"' }];
      throw new ConflictError(context, { message: 'conflict', httpStatus: 409, causes });
    };
    return scene;
  }

  /** Until nothing asks for another pass. */
  async function rest(scene: Scene, delivery: Delivery): Promise<DeliveryReport> {
    for (let passes = 0; passes < 10; passes++) {
      const { changes } = scene;
      const report = await delivery.deliver(set, scene.signal);
      await settle();
      if (scene.changes === changes) return report;
    }
    throw new Error('it does not come to rest');
  }

  it.each([configMap('config-a'), deployment('activator')])('is told of and left: $kind', async (lost) => {
    using scene = await labelled(lost);
    const delivery = scene.delivery();
    const { name } = lost.metadata;
    const report = await delivery.deliver(set, scene.signal);
    expect(report).toMatchObject({
      applied: 1,
      drifted: [],
      left: [{ identity: { name }, conflict: { field, manager: 'platform-team' } }],
    });
    await rest(scene, delivery);
    const before = scene.spoke.calls.length;
    for (const one of [delivery, scene.delivery()]) {
      // Something else happens, so that watches come further than our write.
      scene.spoke.edit(configMap('config-b'), { metadata: { annotations: { any: 'thing' } } });
      scene.spoke.edit(deployment('activator'), { status: { any: 'thing' } });
      expect(await rest(scene, one)).toMatchObject({ applied: 0, drifted: [], waiting: [], complete: true });
      scene.clock.pass(60_000);
    }
    expect(scene.spoke.asked(before, /^apply$/)).toEqual([]);
    expect(scene.spoke.peek(lost)?.metadata.labels).toEqual(theirs);
  });

  it('is mended where anything else of it changes, and made again where it is gone', async () => {
    const lost = configMap('config-a');
    using scene = await labelled(lost);
    const delivery = scene.delivery();
    await rest(scene, delivery);
    scene.spoke.edit(configMap('config-b'), { metadata: { annotations: { any: 'thing' } } });
    await rest(scene, delivery);
    scene.spoke.edit(lost, { data: { a: 'changed' } });
    await settle();
    const action = (name: string) => [{ identity: { name: 'config-a' }, action: name }];
    expect(await delivery.deliver(set, scene.signal)).toMatchObject({ drifted: action('reverted') });
    expect(scene.spoke.peek(lost)).toMatchObject({ data: { a: 'b' }, metadata: { labels: theirs } });
    await rest(scene, delivery);
    scene.spoke.before = () => undefined;
    scene.spoke.remove(lost);
    await settle();
    expect(await delivery.deliver(set, scene.signal)).toMatchObject({ drifted: action('recreated') });
    expect(scene.spoke.peek(lost)?.metadata.labels).toEqual(lost.metadata.labels);
    expect(await rest(scene, delivery)).toMatchObject({ applied: 0, drifted: [] });
  });

  it('gets its label back once nobody owns it any more', async () => {
    const lost = configMap('config-a');
    using scene = await labelled(lost);
    const delivery = scene.delivery();
    await rest(scene, delivery);
    scene.spoke.edit(configMap('config-b'), { metadata: { annotations: { any: 'thing' } } });
    await rest(scene, delivery);
    scene.spoke.before = () => undefined;
    const managedFields = scene.spoke
      .peek(lost)
      ?.metadata.managedFields?.filter(({ manager }) => manager !== 'platform-team');
    scene.spoke.edit(lost, { metadata: { labels: null, managedFields } });
    await settle();
    await rest(scene, delivery);
    expect(scene.spoke.peek(lost)?.metadata.labels).toEqual(lost.metadata.labels);
  });
});

describe('the namespace of a delivery', () => {
  const kept = namespaceObject('knative-serving', { labels: { tier: 'platform' } });

  it.each([
    [
      'was there before, and has not the label of the set',
      { object: namespaceObject('knative-serving'), kept },
      true,
    ],
    ['is made from nothing but its name', { object: namespaceObject('knative-serving', {}) }, false],
  ])('is no drift where it %s', async (_which, namespace, isThere) => {
    using scene = new Scene();
    if (isThere) scene.spoke.seed(namespaceObject('knative-serving', { labels: { owner: 'them' } }));
    const delivery = scene.delivery();
    const set = setOf([configMap('config-a')], { namespace });
    await delivery.deliver(set, scene.signal);
    await settle();
    const before = scene.spoke.calls.length;
    for (let pass = 2; pass <= 4; pass++) {
      expect(await delivery.deliver(set, scene.signal)).toMatchObject({
        applied: 0,
        drifted: [],
        contested: [],
      });
      await settle();
    }
    expect(scene.spoke.asked(before)).toEqual([]);
  });

  it('gets back the labels of spec.namespace that somebody takes off it', async () => {
    using scene = new Scene();
    scene.spoke.seed(namespaceObject('knative-serving', { labels: { owner: 'them' } }));
    const delivery = scene.delivery();
    const set = setOf([configMap('config-a')], {
      namespace: { object: namespaceObject('knative-serving'), kept },
    });
    await delivery.deliver(set, scene.signal);
    await settle();
    scene.spoke.edit(kept, { metadata: { labels: { tier: null } } });
    await settle();
    expect(scene.changes).toBeGreaterThan(0);
    expect(await delivery.deliver(set, scene.signal)).toMatchObject({ drifted: [{ action: 'reverted' }] });
    expect(scene.spoke.peek(kept)?.metadata.labels).toEqual({ owner: 'them', tier: 'platform' });
  });
});

describe('what a set wants no more', () => {
  const before = setOf([configMap('config-a'), configMap('kourier'), clusterRole('role-a')]);
  const after = setOf([configMap('config-a')]);

  it('is deleted once everything else is rolled out', async () => {
    using scene = new Scene();
    const delivery = scene.delivery();
    await delivery.deliver(before, scene.signal);
    const withWorkload = setOf([configMap('config-a'), deployment('activator')]);
    expect(await delivery.deliver(withWorkload, scene.signal)).toMatchObject({ complete: false, pruned: [] });
    expect(scene.spoke.all()).toContain('ConfigMap knative-serving/kourier');
    scene.spoke.edit(deployment('activator'), rolledOut, 'kube-controller-manager');
    await settle();
    const { pruned } = await delivery.deliver(withWorkload, scene.signal);
    expect(pruned.map(({ name }) => name).toSorted()).toEqual(['kourier', 'role-a']);
    expect(scene.spoke.all()).not.toContain('ConfigMap knative-serving/kourier');
    expect(listed(scene)).not.toContain('kourier');
  });

  it('is waited for only a moment; what is gone is no more listed, what lingers is', async () => {
    using scene = new Scene();
    const delivery = scene.delivery();
    await delivery.deliver(before, scene.signal);
    scene.spoke.edit(configMap('kourier'), { metadata: { finalizers: ['example.com/load-balancer'] } });
    await settle();
    const startedAt = scene.clock.monotonic();
    const error: unknown = await delivery.deliver(after, scene.signal).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(StillTerminating);
    expect((error as StillTerminating).message).toBe(
      'still terminating on cluster "fleet/spoke": ConfigMap knative-serving/kourier',
    );
    expect(scene.clock.monotonic() - startedAt).toBeLessThanOrEqual(1_500);
    expect(listed(scene)).toContain('kourier');
    expect(listed(scene)).not.toContain('role-a');
    scene.spoke.edit(configMap('kourier'), { metadata: { finalizers: null } });
    scene.spoke.remove(configMap('kourier'));
    expect(await delivery.deliver(after, scene.signal)).toMatchObject({ complete: true, applied: 0 });
    expect(listed(scene)).not.toContain('kourier');
  });

  it("is left if it is a user's, and was only listed because the server refused ours", async () => {
    using scene = new Scene();
    const theirs = configMap('of-a-user');
    scene.spoke.seed(theirs);
    scene.spoke.before = ({ verb, key }) => {
      if (verb === 'apply' && key.endsWith('/of-a-user'))
        throw new ForbiddenError(context, { message: 'protected', httpStatus: 403 });
    };
    const delivery = scene.delivery();
    await delivery.deliver(setOf([configMap('config-a'), theirs]), scene.signal);
    expect(listed(scene)).toContain('of-a-user');
    expect(await delivery.deliver(after, scene.signal)).toMatchObject({ complete: true });
    expect(scene.spoke.peek(theirs)).toBeDefined();
    expect(listed(scene)).not.toContain('of-a-user');
  });
});

describe('a watch that the server forbids', () => {
  it('is told, and why workloads are not seen; another pass is asked for', async () => {
    using scene = new Scene();
    const forbidden = new ForbiddenError(
      { ...context, verb: 'watch', resource: 'deployments.apps' },
      { message: 'cannot watch', httpStatus: 403 },
    );
    scene.spoke.before = ({ verb, resource }) => {
      if ((verb === 'watch' || verb === 'list') && resource === 'deployments.apps') throw forbidden;
    };
    const delivery = scene.delivery();
    const set = setOf([configMap('config-a'), deployment('activator')]);
    await delivery.deliver(set, scene.signal);
    await settle();
    expect(scene.changes).toBeGreaterThan(0);
    const report = await delivery.deliver(set, scene.signal);
    expect(report.unwatched).toEqual([{ resource: 'deployments.apps', error: forbidden }]);
    expect(report.waiting).toMatchObject([
      { identity: { name: 'activator' }, rollout: { why: expect.stringContaining('cannot be watched: ') } },
    ]);
  });
});

describe('an anchor that nobody uses any more', () => {
  const next = { ...owner, namespace: 'elsewhere', name: 'next', uid: 'next-uid' };
  const set = setOf([configMap('config-a'), clusterRole('role-a')]);

  async function installedByAnother(scene: Scene): Promise<void> {
    await scene
      .delivery()
      .deliver(
        setOf([
          configMap('config-a'),
          configMap('config-old'),
          clusterRole('role-a'),
          clusterRole('role-old'),
        ]),
        scene.signal,
      );
  }

  it('keeps others off, and says how it can be given up', async () => {
    using scene = new Scene();
    await installedByAnother(scene);
    await expect(scene.delivery(next).deliver(set, scene.signal)).rejects.toThrow(
      'kubectl annotate configmap -n knative-serving knativeserving-knative-root-owner operator.knative.dev/released=true',
    );
    await settle();
    const before = scene.changes;
    scene.spoke.edit(anchorOf(), { metadata: { annotations: { 'operator.knative.dev/released': 'true' } } });
    await settle();
    expect(scene.changes).toBeGreaterThan(before);
  });

  it('gives all that it lists to the next owner, without a moment in which anything is gone', async () => {
    using scene = new Scene();
    await installedByAnother(scene);
    const { uid } = scene.spoke.peek(configMap('config-a'))?.metadata ?? {};
    const old = anchorOf();
    scene.spoke.edit(old, { metadata: { annotations: { 'operator.knative.dev/released': 'true' } } });
    expect(await scene.delivery(next).deliver(set, scene.signal)).toMatchObject({ complete: true });
    expect(scene.spoke.peek(old)).toBeUndefined();
    const now = scene.spoke.peek(anchorOf(next));
    expect(scene.spoke.peek(configMap('config-a'))?.metadata).toMatchObject({
      uid,
      ownerReferences: [{ uid: now?.metadata.uid }],
    });
    expect(scene.spoke.all()).toEqual([
      'ClusterRole /role-a',
      'ConfigMap knative-serving/config-a',
      'ConfigMap knative-serving/knativeserving-next-root-owner',
      'Namespace /knative-serving',
    ]);
    await scene.remove({ owner: next });
    expect(scene.spoke.all()).toEqual([]);
  });

  it('is taken back by an object of its name', async () => {
    using scene = new Scene();
    await installedByAnother(scene);
    const released = { metadata: { annotations: { 'operator.knative.dev/released': 'true' } } };
    scene.spoke.edit(anchorOf(), released);
    await scene.delivery({ ...owner, uid: 'created anew' }).deliver(set, scene.signal);
    expect(scene.spoke.peek(anchorOf())?.metadata.annotations).not.toHaveProperty(
      'operator.knative.dev/released',
    );
    await expect(scene.delivery(next).deliver(set, scene.signal)).rejects.toThrow('already manages');
  });
});

describe('a namespace that is being deleted', () => {
  it('takes nothing', async () => {
    using scene = new Scene();
    const leaving = namespaceObject('knative-serving', { deletionTimestamp: '2026-01-01T00:00:00Z' });
    scene.spoke.seed(leaving);
    await expect(
      scene
        .delivery()
        .deliver(setOf([object('v1', 'Secret', 'a', { where: 'knative-serving' })]), scene.signal),
    ).rejects.toThrow('is being deleted');
    expect(scene.spoke.all()).toEqual(['Namespace /knative-serving']);
  });
});
