import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../api/index.ts';
import {
  type CallContext,
  ForbiddenError,
  type KubeError,
  ServerError,
  TimeoutError,
  UnreachableError,
} from '../kube/index.ts';
import { StillTerminating } from './remove-objects.ts';
import {
  anchorOf,
  clusterRole,
  configMap,
  label,
  namespaceObject,
  object,
  owner,
  Scene,
  setOf,
} from './testing/scene.ts';
import type { SpokeCall } from './testing/spoke-api.ts';

const context: CallContext = { cluster: 'fleet/spoke', verb: 'list', resource: 'widgets.example.com' };
const details = (httpStatus: number, message = 'no') => ({ httpStatus, message });
const broken = new ServerError(context, details(503));

/** A spoke with a delivery of a ConfigMap and a ClusterRole on it. */
async function installed(): Promise<Scene> {
  const scene = new Scene();
  await scene.delivery().deliver(setOf([configMap('config-a'), clusterRole('role-a')]), scene.signal);
  return scene;
}

/** A ClusterRole that gathers from others. */
const gathering = object('rbac.authorization.k8s.io/v1', 'ClusterRole', 'role-z', {
  aggregationRule: { clusterRoleSelectors: [] },
});

/** With two ClusterRoles, and one that gathers. */
async function gatheringInstalled(): Promise<Scene> {
  const scene = new Scene();
  const set = setOf([clusterRole('role-a'), clusterRole('role-b'), gathering]);
  await scene.delivery().deliver(set, scene.signal);
  return scene;
}

function failing(error: KubeError, when: (call: SpokeCall) => boolean): (call: SpokeCall) => void {
  return (call) => {
    if (when(call)) throw error;
  };
}

describe('the removal of a delivery', () => {
  it('leaves nothing, and asks nothing but the anchor what there is', async () => {
    using scene = await installed();
    expect((await scene.remove()).toSorted()).toEqual(['ClusterRole role-a', 'ConfigMap config-a']);
    expect(scene.spoke.all()).toEqual([]);
  });

  it('has roles gather no more before what they gather from goes, or Kubernetes makes them again', async () => {
    using scene = await gatheringInstalled();
    const done: string[] = [];
    scene.spoke.before = ({ verb, key, resource }) => {
      if (resource.startsWith('clusterroles') && verb !== 'list' && verb !== 'get')
        done.push(`${verb} ${key}`);
    };
    await scene.remove();
    expect(done.slice(1, 3).toSorted()).toEqual(['delete role-a', 'delete role-b']);
    expect([done[0], done[3]]).toEqual(['patch role-z', 'delete role-z']);
    expect(scene.spoke.all()).toEqual([]);
  });

  it('deletes roles that gather first where they cannot be changed', async () => {
    using scene = await gatheringInstalled();
    const forbidden = new ForbiddenError({ ...context, verb: 'patch' }, details(403));
    const deleted: string[] = [];
    scene.spoke.before = ({ verb, key, resource }) => {
      if (!resource.startsWith('clusterroles')) return;
      if (verb === 'patch') throw forbidden;
      if (verb === 'delete') deleted.push(key);
    };
    await scene.remove();
    expect(deleted[0]).toBe('role-z');
    expect(deleted.toSorted()).toEqual(['role-a', 'role-b', 'role-z']);
    expect(scene.spoke.all()).toEqual([]);
  });

  it('asks for nothing more once the cluster is out of reach', async () => {
    using scene = new Scene();
    await scene.delivery().deliver(setOf([clusterRole('role-a'), gathering]), scene.signal);
    const lost = new UnreachableError(context, 'Reset', 'reset');
    scene.spoke.before = failing(lost, ({ verb }) => verb === 'delete');
    const before = scene.spoke.calls.length;
    await expect(scene.remove()).rejects.toThrow('reset');
    expect(scene.spoke.asked(before, /^delete$/)).toHaveLength(1);
  });

  it('deletes roles also where it may not list them', async () => {
    using scene = new Scene();
    await scene.delivery().deliver(setOf([clusterRole('role-a'), clusterRole('role-b')]), scene.signal);
    const forbidden = new ForbiddenError(context, details(403));
    scene.spoke.before = failing(
      forbidden,
      ({ verb, resource }) => verb === 'list' && resource.startsWith('clusterroles'),
    );
    await scene.remove();
    expect(scene.spoke.all()).toEqual([]);
  });

  it('leaves definitions of kinds, and a namespace that it did not make', async () => {
    using scene = new Scene();
    scene.spoke.seed(namespaceObject('knative-serving', {}));
    await scene.delivery().deliver(setOf([configMap('config-a')]), scene.signal);
    await scene.remove();
    expect(scene.spoke.all()).toEqual(['Namespace /knative-serving']);
  });

  it('takes what is held by finalizers for not removed, and the anchor stays to tell the next one', async () => {
    using scene = await installed();
    scene.spoke.edit(configMap('config-a'), { metadata: { finalizers: ['example.com/held'] } });
    const error: unknown = await scene.remove().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(StillTerminating);
    expect((error as StillTerminating).objects).toMatchObject([{ kind: 'ConfigMap', name: 'config-a' }]);
    expect(scene.spoke.peek(anchorOf())).toBeDefined();
    scene.spoke.edit(configMap('config-a'), { metadata: { finalizers: null } });
    await scene.remove();
    expect(scene.spoke.all()).toEqual([]);
  });

  it('deletes no object of a user that the server did not let it apply', async () => {
    using scene = new Scene();
    const theirs = clusterRole('theirs');
    scene.spoke.seed(theirs);
    const refusal = new ForbiddenError(context, details(403, 'protected'));
    scene.spoke.before = failing(refusal, ({ verb, key }) => verb === 'apply' && key === 'theirs');
    const report = await scene.delivery().deliver(setOf([configMap('config-a'), theirs]), scene.signal);
    expect(report.refused).toHaveLength(1);
    expect(scene.spoke.peek(anchorOf())?.['data']).toMatchObject({
      inventory: expect.stringMatching(/ClusterRole \/theirs [0-9a-f]+ -$/m),
    });
    await scene.remove();
    expect(scene.spoke.all()).toEqual(['ClusterRole /theirs']);
  });

  it('deletes what was applied by a process that died before it could say so', async () => {
    using scene = new Scene();
    const killed = new Error('killed');
    let writes = 0;
    scene.spoke.before = ({ verb, resource }) => {
      if (verb === 'patch' && resource === 'configmaps' && ++writes === 2) throw killed;
    };
    const dying = scene
      .delivery()
      .deliver(setOf([configMap('config-a'), clusterRole('role-a')]), scene.signal);
    await expect(dying).rejects.toBe(killed);
    expect(scene.spoke.all()).toContain('ClusterRole /role-a');
    scene.spoke.before = () => undefined;
    await scene.remove();
    expect(scene.spoke.all()).toEqual([]);
  });
});

describe('the removal of a delivery without an anchor', () => {
  const foreign: KubeObject = clusterRole('knative-serving-core');

  it('takes nothing that another operator wrote, whether there was an anchor once or not', async () => {
    for (const everDelivered of [true, false]) {
      using scene = new Scene();
      scene.spoke.seed(foreign, 'manifestival');
      expect(await scene.remove({ everDelivered })).toEqual([]);
      expect(scene.spoke.all()).toEqual(['ClusterRole /knative-serving-core']);
    }
  });

  it('takes what we wrote and nobody owns, if there was an anchor', async () => {
    using scene = await installed();
    scene.spoke.seed({ ...clusterRole('copied-label'), metadata: { name: 'copied-label', labels: label } });
    scene.spoke.remove(anchorOf());
    expect(await scene.remove()).toEqual(['ClusterRole role-a']);
    expect(scene.spoke.all()).toEqual(['ClusterRole /copied-label']);
  });

  it('asks no list and takes nothing but the namespace made for it, if there never was an anchor', async () => {
    using scene = new Scene();
    scene.spoke.before = failing(
      broken,
      ({ verb, resource }) => verb === 'create' && resource === 'configmaps',
    );
    await expect(scene.delivery().deliver(setOf([configMap('config-a')]), scene.signal)).rejects.toBe(broken);
    expect(scene.spoke.all()).toEqual(['Namespace /knative-serving']);
    scene.spoke.before = () => undefined;
    scene.spoke.seed(clusterRole('of-nobody-knows'), 'wheelwright');
    expect(await scene.remove({ everDelivered: false })).toEqual([]);
    expect(scene.spoke.all()).toEqual(['ClusterRole /of-nobody-knows']);
  });

  it('leaves a namespace that was made for another object', async () => {
    using scene = await installed();
    await scene.remove({ owner: { ...owner, name: 'other', soleOfItsKind: false }, everDelivered: false });
    expect(scene.spoke.all()).toHaveLength(4);
  });
});

describe('the namespace of a removed delivery', () => {
  const remains = async (
    before: (scene: Scene) => void,
    when?: (call: SpokeCall) => boolean,
    error: KubeError = broken,
  ): Promise<boolean> => {
    using scene = await installed();
    before(scene);
    if (when !== undefined) scene.spoke.before = failing(error, when);
    await scene.remove();
    expect(scene.spoke.all()).not.toContain('ClusterRole /role-a');
    return scene.spoke.all().includes('Namespace /knative-serving');
  };
  const nothing = (): void => undefined;
  const secret = (ownerReferences: readonly object[]): KubeObject => {
    const plain = object('v1', 'Secret', 'of-a-user', { where: 'knative-serving' });
    return { ...plain, metadata: { ...plain.metadata, ownerReferences } } as KubeObject;
  };
  const reference = (apiVersion: string, kind: string) => ({ apiVersion, kind, name: 'x', uid: '42' });

  it('goes if only what Kubernetes puts into each is there', async () => {
    const there = [
      object('v1', 'ConfigMap', 'kube-root-ca.crt', { where: 'knative-serving' }),
      object('v1', 'ServiceAccount', 'default', { where: 'knative-serving' }),
      object('v1', 'Event', 'something-happened', { where: 'knative-serving' }),
    ];
    const seedAll = ({ spoke }: Scene): void => {
      for (const each of there) spoke.seed(each);
    };
    expect(await remains(seedAll)).toBe(false);
  });

  it.each([
    ['nobody owns', [], true],
    ['an object of the cluster owns', [reference('external-secrets.io/v1', 'ClusterExternalSecret')], true],
    ['an object of a kind owns that is not served', [reference('gone.example.com/v1', 'Gone')], true],
    ['an object of the namespace owned, which is gone', [reference('example.com/v1', 'Widget')], false],
    [
      'the anchor and an object of the cluster own',
      [reference('v1', 'ConfigMap'), reference('v1', 'Node')],
      true,
    ],
  ])('with a Secret that %s: stays %s', async (_whose, owners, stays) => {
    expect(await remains(({ spoke }) => spoke.seed(secret(owners)))).toBe(stays);
  });

  it('stays with what a user put there, whoever else owns something beside it', async () => {
    const mine = configMap('of-a-user');
    expect(
      await remains(({ spoke }) => spoke.seed({ ...mine, metadata: { ...mine.metadata, labels: {} } })),
    ).toBe(true);
  });

  it('goes though the API of objects that come and go by themselves is broken', async () => {
    expect(
      await remains(nothing, ({ verb, resource }) => verb === 'list' && resource.includes('metrics')),
    ).toBe(false);
  });

  it.each([
    ['broken', broken],
    ['silent', new TimeoutError(context, { message: 'too late' })],
    ['closed to us', new ForbiddenError(context, details(403))],
  ])('stays where an API that was added is %s, and the removal ends', async (_how, error) => {
    const isWidgets = ({ verb, resource }: SpokeCall): boolean =>
      verb === 'list' && resource === 'widgets.example.com';
    expect(await remains(nothing, isWidgets, error)).toBe(true);
  });

  it.each([
    ['the cluster itself cannot answer', 'secrets', broken],
    ['the cluster is out of reach', 'widgets.example.com', new UnreachableError(context, 'Reset', 'reset')],
  ])('is not decided upon while %s', async (_why, resource, error) => {
    using scene = await installed();
    scene.spoke.before = failing(error, (call) => call.verb === 'list' && call.resource === resource);
    await expect(scene.remove()).rejects.toBe(error);
    expect(scene.spoke.peek(anchorOf())).toBeDefined();
    scene.spoke.before = () => undefined;
    await scene.remove();
    expect(scene.spoke.all()).toEqual([]);
  });

  it('is looked through in one version of each kind, the preferred one', async () => {
    using scene = await installed();
    const before = scene.spoke.calls.length;
    await scene.remove();
    expect(scene.spoke.asked(before, /^list$/).filter((call) => call.includes('widgets'))).toHaveLength(1);
  });
});

describe('anchors of others', () => {
  const fromA = { ...owner, namespace: 'team-a', uid: 'uid-a' };
  const fromB = { ...owner, namespace: 'team-b', uid: 'uid-b' };

  it('keep an object of the same name in another namespace out, at delivery and at removal', async () => {
    using scene = new Scene();
    const set = setOf([configMap('config-a')]);
    await scene.delivery(fromA).deliver(set, scene.signal);
    const before = scene.spoke.all();
    await expect(scene.delivery(fromB).deliver(set, scene.signal)).rejects.toThrow(
      'another KnativeServing already manages Knative on cluster "fleet/spoke": its ConfigMap knative-serving/knativeserving-knative-root-owner is there for KnativeServing team-a/knative; delete one of the two',
    );
    expect(await scene.remove({ owner: fromB })).toEqual([]);
    expect(scene.spoke.all()).toEqual(before);
    await scene.remove({ owner: fromA });
    expect(scene.spoke.all()).toEqual([]);
  });

  it('of another hub are left alone', async () => {
    using scene = await installed();
    expect(await scene.remove({ owner: { ...owner, hubUid: 'hub-2' } })).toEqual([]);
    expect(scene.spoke.peek(configMap('config-a'))).toBeDefined();
  });
});
