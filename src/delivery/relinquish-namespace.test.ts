import { describe, expect, it } from 'vitest';
import { relinquishNamespace } from './relinquish-namespace.ts';
import { fieldManager, namespaceObject, Scene } from './testing/scene.ts';

describe('a namespace that stays', () => {
  it('loses the labels and annotations that are ours alone, and keeps what others gave it and our marks', async () => {
    using scene = new Scene();
    scene.spoke.seed(namespaceObject('n', { labels: { owner: 'them', shared: 'yes' } }), 'them');
    scene.spoke.seed(
      namespaceObject('n', {
        labels: { tier: 'platform', shared: 'yes', 'app.kubernetes.io/managed-by': 'knative-operator' },
        annotations: { 'operator.knative.dev/created-for': 'knativeserving/n/knative', cost: '42' },
      }),
      fieldManager,
    );
    await relinquishNamespace('n', { client: scene.spoke.client, fieldManager, signal: scene.signal });
    const { labels, annotations } = scene.spoke.peek(namespaceObject('n'))?.metadata ?? {};
    expect(labels).toEqual({
      owner: 'them',
      shared: 'yes',
      'app.kubernetes.io/managed-by': 'knative-operator',
    });
    expect(annotations).toEqual({ 'operator.knative.dev/created-for': 'knativeserving/n/knative' });
  });

  it.each([
    ['is not there', undefined],
    ['is being deleted', { deletionTimestamp: '2026-01-01T00:00:00Z', labels: { tier: 'platform' } }],
    ['has nothing of ours', {}],
  ])('is not written where it %s', async (_how, metadata) => {
    using scene = new Scene();
    if (metadata !== undefined) scene.spoke.seed(namespaceObject('n', metadata), fieldManager);
    await relinquishNamespace('n', { client: scene.spoke.client, fieldManager, signal: scene.signal });
    expect(scene.spoke.asked(0, /patch/)).toEqual([]);
  });
});
