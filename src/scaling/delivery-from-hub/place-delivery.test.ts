import { afterEach, beforeEach, expect, test } from 'vitest';
import type { KubeObject } from '../../api/index.ts';
import type { Cluster } from '../../clusters/index.ts';
import { ForbiddenError, type KubeClient, NotFoundError, type Resource } from '../../kube/index.ts';
import { FakeClock, settle } from '../../../test/support/memory-hub.ts';
import { PlaceDelivery, type WantedDelivery } from './place-delivery.ts';

const kinds = [{ apiVersion: 'apps/v1', kind: 'Deployment' }];

let clock: FakeClock;
let lost: AbortController;
let isAllowed: boolean;
let systemUid: string | undefined;
let reviews: number;
let news: number;
let right: AbortController | undefined;
let kept: string | undefined;
let removals: number;
let place: PlaceDelivery;

beforeEach(() => {
  clock = new FakeClock();
  lost = new AbortController();
  isAllowed = false;
  systemUid = undefined;
  reviews = 0;
  news = 0;
  kept = undefined;
  removals = 0;
  right = new AbortController();
  place = new PlaceDelivery({
    clock,
    random: () => 1,
    owned: () => right?.signal,
    onChange: () => void news++,
    isKeptElsewhere: (uid) => uid === kept,
    onReport: () => undefined,
    onFailure: () => undefined,
  });
});

afterEach(() => {
  place.close();
});

function member(): Cluster {
  const context = { cluster: 'one', verb: 'get', resource: 'namespaces' };
  const client: Partial<KubeClient> = {
    create: (async (_resource: Resource, object: KubeObject) => {
      reviews++;
      return { ...object, status: { allowed: isAllowed } };
    }) as unknown as KubeClient['create'],
    get: (async (resource: Resource) => {
      if (resource.kind === 'ConfigMap') return { metadata: { name: 'anchor', uid: 'anchor-1' } };
      if (systemUid === undefined) throw new ForbiddenError(context, { message: 'no' });
      if (systemUid === '') throw new NotFoundError(context, { message: 'no' });
      return { metadata: { name: 'kube-system', uid: systemUid } };
    }) as unknown as KubeClient['get'],
  };
  // All that removing does begins with a look at all anchors.
  client.list = async () => {
    removals++;
    return { items: [], resourceVersion: '1' };
  };
  return {
    id: 'kubeconfig#one',
    name: 'one',
    generation: 1,
    serverVersion: 'v1.36.0',
    client: client as KubeClient,
    signal: lost.signal,
  };
}

function wanted(cluster: Cluster, action: WantedDelivery['action']): WantedDelivery {
  const owner = { apiVersion: 'v1', kind: 'Any', namespace: 'team', name: 'web', uid: 'u', hubUid: 'hub' };
  return { owner, cluster, namespace: 'team', selector: 'a=b', action };
}

test('a member that does not allow it is asked again and again, ever more rarely', async () => {
  const asked = wanted(member(), { do: 'check', kinds });
  place.want(asked);
  await settle();
  expect(place.trouble).toBe("forbidden: the credential may not create configmaps in namespace 'team'");
  expect([place.isDone, reviews, news]).toEqual([false, 1, 1]);
  place.want(asked);
  await settle();
  expect(reviews).toBe(1);
  await clock.advance(10_000);
  expect(reviews).toBe(2);
  await clock.advance(3_600_000);
  expect(reviews).toBeGreaterThan(10);
  expect(reviews).toBeLessThan(20);
  expect(news).toBe(1);
  isAllowed = true;
  await clock.advance(300_000);
  expect([place.isDone, place.trouble, news]).toEqual([true, undefined, 2]);
  expect(clock.sleeping).toBe(0);
});

test('on the hub under another name nothing is done', async () => {
  systemUid = 'hub';
  place.want(wanted(member(), { do: 'remove' }));
  await settle();
  expect(place.isDone).toBe(true);
  expect(place.trouble).toContain('the hub itself');
});

test('what is kept under another name of the cluster is not removed', async () => {
  kept = 'anchor-1';
  place.want(wanted(member(), { do: 'remove' }));
  await settle();
  expect([place.isDone, removals]).toEqual([true, 0]);
  expect(place.trouble).toBeUndefined();
  kept = undefined;
  place.want(wanted(member(), { do: 'remove' }));
  await settle();
  expect(removals).toBeGreaterThan(0);
});

test('without the right to act nothing is asked, and with it the same wish begins anew', async () => {
  isAllowed = true;
  right = undefined;
  const asked = wanted(member(), { do: 'check', kinds });
  place.want(asked);
  await settle();
  expect([reviews, place.isDone]).toEqual([0, false]);
  right = new AbortController();
  place.want(asked);
  await settle();
  expect(place.isDone).toBe(true);
});

test('a lost connection ends it, and another one begins anew', async () => {
  place.want(wanted(member(), { do: 'check', kinds }));
  await settle();
  lost.abort();
  await clock.advance(60_000);
  expect(reviews).toBe(1);
  lost = new AbortController();
  isAllowed = true;
  place.want(wanted(member(), { do: 'check', kinds }));
  await settle();
  expect(place.isDone).toBe(true);
});

test('closed, it leaves no timer behind', async () => {
  place.want(wanted(member(), { do: 'check', kinds }));
  await settle();
  expect(clock.sleeping).toBe(1);
  place.close();
  await settle();
  expect(clock.sleeping).toBe(0);
});
