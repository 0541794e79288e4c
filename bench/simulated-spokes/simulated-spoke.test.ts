import { describe, expect, it } from 'vitest';
import { SimulatedSpoke } from './simulated-spoke.ts';

const collection = '/api/v1 configmaps';

function configMap(name: string, labels: Readonly<Record<string, string>> = {}) {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'n', labels } };
}

describe('a simulated spoke', () => {
  it('keeps who an object is when it is applied again, and counts its versions', () => {
    const spoke = new SimulatedSpoke();
    const first = spoke.apply(collection, configMap('a'), 'me').metadata;
    const second = spoke.apply(collection, configMap('a'), 'me').metadata;
    expect(second.uid).toBe(first.uid);
    expect(Number(second.resourceVersion)).toBeGreaterThan(Number(first.resourceVersion));
    expect(spoke.get({ collection, namespace: 'n', name: 'a' })?.metadata).toBe(second);
  });

  it('lists and watches by namespace and labels', () => {
    const spoke = new SimulatedSpoke();
    const told: string[] = [];
    const selection = { collection, namespace: 'n', labelSelector: 'app=x,tier=y' };
    const end = spoke.watch(selection, (type, { metadata }) => told.push(`${type} ${metadata.name}`));
    spoke.apply(collection, configMap('a', { app: 'x', tier: 'y' }), 'me');
    spoke.apply(collection, configMap('b', { app: 'x' }), 'me');
    const changed = spoke.apply(collection, configMap('a', { app: 'x', tier: 'y' }), 'me');
    spoke.delete(collection, changed);
    expect(spoke.list(selection)).toEqual([]);
    end();
    spoke.apply(collection, configMap('a', { app: 'x', tier: 'y' }), 'me');
    expect(spoke.list(selection).map(({ metadata }) => metadata.name)).toEqual(['a']);
    expect(spoke.list({ ...selection, namespace: 'other' })).toEqual([]);
    expect(told).toEqual(['ADDED a', 'MODIFIED a', 'DELETED a']);
  });

  it('changes what a merge patch says, and takes away what is null in it', () => {
    const spoke = new SimulatedSpoke();
    const before = spoke.apply(collection, configMap('a', { app: 'x' }), 'me');
    const after = spoke.mergePatch(collection, before, {
      metadata: { labels: { app: null, tier: 'y' } },
      data: { k: 'v' },
    });
    expect(after).toMatchObject({
      metadata: { name: 'a', uid: before.metadata.uid, labels: { tier: 'y' } },
      data: { k: 'v' },
    });
    expect(after.metadata.resourceVersion).not.toBe(before.metadata.resourceVersion);
  });
});
