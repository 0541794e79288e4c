import { expect, test } from 'vitest';
import type { KubeObject, ObjectMeta } from '../api/index.ts';
import { ConflictError, ForbiddenError, NotFoundError, resources } from '../kube/index.ts';
import { ensureFinalizer, type FinalizerChange, removeFinalizer } from './finalizers.ts';
import { type MemoryCall, MemoryApi } from './testing/memory-api.ts';

const ours = 'knativeservings.operator.knative.dev';
const name = { namespace: 'a', name: 'knative' };

function apiWith(metadata: Partial<ObjectMeta> = {}) {
  const api = new MemoryApi();
  const object = api.seed({
    apiVersion: 'operator.knative.dev/v1beta1',
    kind: 'KnativeServing',
    metadata: { ...name, ...metadata },
  });
  const change: FinalizerChange = {
    client: api.client,
    resource: resources.knativeServings,
    object,
    finalizer: ours,
    signal: new AbortController().signal,
  };
  return { api, object, change, finalizers: () => api.peek(name)?.metadata.finalizers };
}

/** Changes the object behind the caller's back before each of its next patches. */
function meddle(api: MemoryApi, times: number, change: (object: KubeObject) => KubeObject): void {
  let left = times;
  api.before = ({ verb }: MemoryCall) => {
    const object = api.peek(name);
    if (verb === 'patch' && left-- > 0 && object !== undefined) api.seed(change(object));
  };
}

test('ensure adds ours beside the others and resolves with the new object', async () => {
  const { change, finalizers } = apiWith({ finalizers: ['theirs'] });
  const updated = await ensureFinalizer(change);
  expect(finalizers()).toEqual(['theirs', ours]);
  expect(updated.metadata.finalizers).toEqual(['theirs', ours]);
});

test('ensure writes nothing where ours is there', async () => {
  const { api, change, object } = apiWith({ finalizers: [ours] });
  expect(await ensureFinalizer(change)).toBe(object);
  expect(api.calls).toEqual([]);
});

test('whoever asks is told of each change that was made, and of no other', async () => {
  const { api, change } = apiWith();
  let updates = 0;
  const told = { ...change, onUpdated: () => void updates++ };
  const object = await ensureFinalizer(told);
  expect(updates).toBe(1);
  await ensureFinalizer({ ...told, object });
  expect(updates).toBe(1);
  await removeFinalizer({ ...told, object });
  expect(updates).toBe(2);
  await removeFinalizer({ ...told, object: api.peek(name) ?? object });
  expect(updates).toBe(2);
  api.before = () => {
    throw new ForbiddenError({ cluster: 'hub', verb: 'patch', resource: 'a' }, { message: 'no' });
  };
  const gone = api.peek(name) ?? object;
  await expect(ensureFinalizer({ ...told, object: gone })).rejects.toBeInstanceOf(ForbiddenError);
  expect(updates).toBe(2);
});

test('ensure adds none to an object that is being deleted', async () => {
  const { api, change, object } = apiWith({
    deletionTimestamp: '2026-01-01T00:00:00Z',
    finalizers: ['theirs'],
  });
  expect(await ensureFinalizer(change)).toBe(object);
  expect(api.calls).toEqual([]);
});

test('remove takes ours and keeps the others', async () => {
  const { change, finalizers } = apiWith({ finalizers: ['b', ours, 'a'] });
  await removeFinalizer(change);
  expect(finalizers()).toEqual(['b', 'a']);
});

test.each([[['theirs']], [undefined]])(
  'remove writes nothing where the finalizers are %j',
  async (finalizers) => {
    const { api, change } = apiWith(finalizers === undefined ? {} : { finalizers });
    await removeFinalizer(change);
    expect(api.calls).toEqual([]);
  },
);

test('a finalizer that somebody else adds meanwhile is kept', async () => {
  for (const act of [ensureFinalizer, removeFinalizer]) {
    const { api, change, finalizers } = apiWith(act === removeFinalizer ? { finalizers: [ours] } : {});
    meddle(api, 1, (object) => ({
      ...object,
      metadata: { ...object.metadata, finalizers: [...(object.metadata.finalizers ?? []), 'theirs'] },
    }));
    await act(change);
    expect(finalizers()).toContain('theirs');
    expect(finalizers()?.includes(ours)).toBe(act === ensureFinalizer);
  }
});

test('it gives up on an object that changes all the time', async () => {
  const { api, change } = apiWith();
  meddle(api, Number.POSITIVE_INFINITY, (object) => object);
  await expect(ensureFinalizer(change)).rejects.toBeInstanceOf(ConflictError);
  expect(api.calls.filter(({ verb }) => verb === 'patch')).toHaveLength(5);
});

test('an object that is gone needs no finalizer removed, and gets none', async () => {
  const { api, change, object } = apiWith({ finalizers: [ours] });
  api.remove(name);
  await removeFinalizer(change);
  const without = { ...object, metadata: { ...object.metadata, finalizers: [] } };
  await expect(ensureFinalizer({ ...change, object: without })).rejects.toBeInstanceOf(NotFoundError);
});

test('a successor of the same name keeps its finalizer', async () => {
  const { api, change, object, finalizers } = apiWith({ finalizers: [ours] });
  api.remove(name);
  api.seed({ ...object, metadata: { ...object.metadata, uid: 'successor' } });
  await removeFinalizer(change);
  expect(finalizers()).toEqual([ours]);
});

test('other failures are the caller’s', async () => {
  const { api, change } = apiWith({ finalizers: [ours] });
  const forbidden = new ForbiddenError(
    { cluster: 'hub', verb: 'patch', resource: 'knativeservings' },
    { message: 'no' },
  );
  api.before = () => {
    throw forbidden;
  };
  await expect(removeFinalizer(change)).rejects.toBe(forbidden);
});
