import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../api/index.ts';
import { ServerError } from '../kube/index.ts';
import { readAnchor } from './anchor.ts';
import { discoverLeftovers, discoverOwned, type DiscoverOptions } from './discover-inventory.ts';
import { clusterRole, configMap, fieldManager, object, Scene, selector } from './testing/scene.ts';

const anchor = readAnchor({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'knativeserving-knative-root-owner', namespace: 'knative-serving', uid: 'anchor-uid' },
});

function ownedBy(uid: string, owned: KubeObject): KubeObject {
  const ownerReferences = [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'x', uid }];
  return { ...owned, metadata: { ...owned.metadata, ownerReferences } };
}

function options({ spoke, signal }: Scene): DiscoverOptions {
  return { cluster: spoke.connection(signal), selector, fieldManager, signal };
}

/** The spoke of an installation by the reference operator, and things of others. */
function taken(): Scene {
  const scene = new Scene();
  const reference = 'manifestival';
  scene.spoke.seed(ownedBy('anchor-uid', configMap('config-a')), reference);
  scene.spoke.seed(ownedBy('another-uid', configMap('config-b')), reference);
  scene.spoke.seed(clusterRole('role-a'), reference);
  scene.spoke.seed(object('v1', 'Service', 'knative-local-gateway', { where: 'istio-system' }), reference);
  scene.spoke.seed(clusterRole('role-b'), fieldManager);
  scene.spoke.seed(clusterRole('copied-label'), 'kubectl');
  return scene;
}

describe('what belongs to an anchor that lists nothing', () => {
  it('is what it owns, and what nobody can own, by the label and one of the managers', async () => {
    using scene = taken();
    const found = await discoverOwned(anchor, options(scene));
    expect(found.map(({ name }) => name).toSorted()).toEqual([
      'config-a',
      'knative-local-gateway',
      'role-a',
      'role-b',
    ]);
  });

  it('is found though an API that was added is broken, and not while the cluster itself is', async () => {
    using scene = taken();
    const context = { cluster: 'fleet/spoke', verb: 'list', resource: 'any' };
    const error = new ServerError(context, { message: 'unavailable', httpStatus: 503 });
    let broken = 'widgets.example.com';
    scene.spoke.before = ({ resource }) => {
      if (resource === broken) throw error;
    };
    expect(await discoverOwned(anchor, options(scene))).toHaveLength(4);
    broken = 'clusterroles.rbac.authorization.k8s.io';
    await expect(discoverOwned(anchor, options(scene))).rejects.toBe(error);
  });
});

describe('what is left where there was an anchor', () => {
  it('is what we wrote and nobody owns', async () => {
    using scene = taken();
    const found = await discoverLeftovers(options(scene));
    expect(found.map(({ name }) => name)).toEqual(['role-b']);
  });
});
