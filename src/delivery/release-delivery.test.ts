import { describe, expect, it } from 'vitest';
import type { DeliveryOwner } from './anchor.ts';
import { releaseDelivery } from './release-delivery.ts';
import { anchorOf, clusterRole, configMap, namespaceObject, owner, Scene, setOf } from './testing/scene.ts';

const released = 'operator.knative.dev/released';
const set = setOf([configMap('config-a'), clusterRole('role-a')]);

function release({ spoke, signal }: Scene, of: DeliveryOwner): Promise<void> {
  return releaseDelivery({
    owner: of,
    cluster: spoke.connection(signal),
    namespace: 'knative-serving',
    signal,
  });
}

describe('the release of a delivery', () => {
  it('on a spoke marks the anchor, touches nothing else, and lets an object of another name take over', async () => {
    using scene = new Scene();
    await scene.delivery().deliver(set, scene.signal);
    const before = scene.spoke.calls.length;
    await release(scene, owner);
    expect(scene.spoke.asked(before, /patch|delete|apply/)).toEqual([
      'patch configmaps knative-serving/knativeserving-knative-root-owner',
    ]);
    const next = { ...owner, name: 'next', uid: 'next-uid' };
    expect(await scene.delivery(next).deliver(set, scene.signal)).toMatchObject({ complete: true });
  });

  it.each([
    ['another hub', { ...owner, hubUid: 'hub-2' }],
    ['another namespace', { ...owner, namespace: 'team-b' }],
  ])('leaves the anchor of an object of %s alone', async (_whose, other) => {
    using scene = new Scene();
    await scene.delivery().deliver(set, scene.signal);
    await release(scene, other);
    expect(scene.spoke.peek(anchorOf())?.metadata.annotations).not.toHaveProperty(released);
  });

  it('on the cluster of the owner takes the owner off everything, the list last', async () => {
    using scene = new Scene();
    const local = { ...owner, sameCluster: true };
    scene.spoke.seed(namespaceObject('knative-serving'));
    await scene.delivery(local).deliver(set, scene.signal);
    expect(scene.spoke.peek(configMap('config-a'))?.metadata.ownerReferences).toHaveLength(1);
    const before = scene.spoke.calls.length;
    await release(scene, local);
    expect(scene.spoke.asked(before, /patch/).at(-1)).toContain('knativeserving-knative-inventory');
    for (const object of [configMap('config-a'), anchorOf(local)])
      expect(scene.spoke.peek(object)?.metadata.ownerReferences).toEqual([]);
  });

  it('is done where nothing is there', async () => {
    using scene = new Scene();
    await release(scene, owner);
    await release(scene, { ...owner, name: 'x'.repeat(250) });
    expect(scene.spoke.asked(0, /patch/)).toEqual([]);
  });
});
