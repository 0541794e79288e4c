import { expect, test } from 'vitest';
import type { KubeObject } from '../api/index.ts';
import { ConflictError, resources, ServerError } from '../kube/index.ts';
import { type Status, type StatusWrite, writeStatus } from './status-writer.ts';
import { MemoryApi } from './testing/memory-api.ts';

const name = { namespace: 'a', name: 'knative' };
const conditions = [{ type: 'Ready', status: 'True' }];

function apiWith(status: Status | undefined, metadata: Partial<KubeObject['metadata']> = {}) {
  const api = new MemoryApi();
  const object = api.seed({
    apiVersion: 'operator.knative.dev/v1beta1',
    kind: 'KnativeServing',
    metadata: { ...name, generation: 3, ...metadata },
    ...(status === undefined ? {} : { status }),
  });
  const write = (wanted: Status, changes: Partial<StatusWrite> = {}) =>
    writeStatus({
      client: api.client,
      resource: resources.knativeServings,
      object,
      status: wanted,
      signal: new AbortController().signal,
      ...changes,
    });
  return { api, object, write, status: () => api.peek(name)?.['status'] };
}

test('a first status is written with the generation it is about', async () => {
  const { api, write, status } = apiWith(undefined);
  await write({ version: '1.22.0', conditions });
  expect(status()).toEqual({ version: '1.22.0', conditions, observedGeneration: 3 });
  expect(api.calls).toMatchObject([{ verb: 'patch', subresource: 'status' }]);
});

test('the same status in another order of keys is not written', async () => {
  const { api, object, write } = apiWith({ observedGeneration: 3, conditions, version: '1.22.0' });
  const same = { version: '1.22.0', conditions: [{ status: 'True', type: 'Ready' }], manifests: undefined };
  expect((await write(same))?.object).toBe(object);
  expect(api.calls).toEqual([]);
});

test('a new generation alone is written', async () => {
  const { write, status } = apiWith({ observedGeneration: 2, version: '1.22.0' });
  await write({ observedGeneration: 2, version: '1.22.0' });
  expect(status()).toMatchObject({ observedGeneration: 3 });
});

test('while an object is being deleted its observed generation stays', async () => {
  const { api, write } = apiWith({ observedGeneration: 2 }, { deletionTimestamp: '2026-01-01T00:00:00Z' });
  await write({ observedGeneration: 2 });
  expect(api.calls).toEqual([]);
});

test('what is not in the wanted status any more goes', async () => {
  const { write, status } = apiWith({ observedGeneration: 3, version: '1.22.0', annotations: { a: 'b' } });
  await write({ observedGeneration: 3, annotations: {} });
  expect(status()).toEqual({ observedGeneration: 3, annotations: {} });
});

test('fields that somebody else wrote since the read stay', async () => {
  const { api, object, write, status } = apiWith({ observedGeneration: 3 });
  api.seed({ ...object, status: { observedGeneration: 3, theirs: { x: 1 } } });
  const written = await write({ observedGeneration: 3, version: '1.22.0' });
  expect(status()).toEqual({ observedGeneration: 3, theirs: { x: 1 }, version: '1.22.0' });
  expect(written?.object['status']).toEqual(status());
  expect(written?.overtaken).toEqual({ observedGeneration: 3, theirs: { x: 1 } });
  expect(api.calls.map(({ verb }) => verb)).toEqual(['patch', 'get', 'patch']);
});

test('conditions that somebody else gave it in the meantime keep their times', async () => {
  const timed = (type: string, status: string, second: number) => ({
    type,
    status,
    lastTransitionTime: `2026-01-01T00:00:0${second}Z`,
  });
  const { api, object, write, status } = apiWith({ observedGeneration: 3 });
  const theirs = [timed('InstallSucceeded', 'True', 1), timed('Ready', 'True', 1)];
  api.seed({ ...object, status: { observedGeneration: 3, conditions: theirs } });
  const ours = [timed('InstallSucceeded', 'True', 9), timed('Ready', 'False', 9)];
  const written = await write({ observedGeneration: 3, conditions: ours });
  expect(status()).toEqual({
    observedGeneration: 3,
    conditions: [timed('InstallSucceeded', 'True', 1), timed('Ready', 'False', 9)],
  });
  expect(written?.overtaken).toEqual({ observedGeneration: 3, conditions: theirs });
});

test('a status about a newer generation is left alone', async () => {
  const { api, object, write, status } = apiWith({ observedGeneration: 3 });
  const newer = { observedGeneration: 4, version: '1.23.0' };
  api.seed({ ...object, metadata: { ...object.metadata, generation: 4 }, status: newer });
  const written = await write({ observedGeneration: 3, version: '1.22.0' });
  expect(written?.object['status']).toEqual(newer);
  expect(status()).toEqual(newer);
});

test('a status of an object that has become another is not written after all', async () => {
  const { api, object, write, status } = apiWith({ observedGeneration: 3 });
  const isOutdated = ({ metadata }: KubeObject): boolean => metadata.generation !== 3;
  api.seed({ ...object, status: { observedGeneration: 3, theirs: 1 } });
  expect((await write({ version: '1.22.0' }, { isOutdated }))?.isOutdated).toBeUndefined();
  expect(status()).toMatchObject({ version: '1.22.0' });
  const live = api.seed({ ...object, metadata: { ...object.metadata, generation: 4 } });
  expect(await write({ version: '1.23.0' }, { isOutdated })).toMatchObject({
    object: live,
    isOutdated: true,
  });
  expect(status()).toEqual({ observedGeneration: 3 });
});

test('it gives up on an object that changes all the time', async () => {
  const { api, write } = apiWith({});
  api.before = ({ verb }) => {
    const object = api.peek(name);
    if (verb === 'patch' && object !== undefined) api.seed(object);
  };
  await expect(write({ version: '1.22.0' })).rejects.toBeInstanceOf(ConflictError);
  expect(api.calls.filter(({ verb }) => verb === 'patch')).toHaveLength(5);
});

test('it gives up at once where the pass must begin anew', async () => {
  const { api, object, write, status } = apiWith({ observedGeneration: 3 });
  api.seed({ ...object, status: { observedGeneration: 3, theirs: { x: 1 } } });
  await expect(write({ version: '1.22.0' }, { attempts: 1 })).rejects.toBeInstanceOf(ConflictError);
  expect(status()).toEqual({ observedGeneration: 3, theirs: { x: 1 } });
});

test('an object that is gone, or has a successor, has no status to write', async () => {
  const gone = apiWith({});
  gone.api.remove(name);
  expect(await gone.write({ version: '1.22.0' })).toBeUndefined();

  const replaced = apiWith({});
  replaced.api.remove(name);
  replaced.api.seed({ ...replaced.object, metadata: { ...name, uid: 'successor' } });
  expect(await replaced.write({ version: '1.22.0' })).toBeUndefined();
  expect(replaced.status()).toEqual({});
});

test('other failures are the caller’s', async () => {
  const { api, write } = apiWith({});
  const failure = new ServerError(
    { cluster: 'hub', verb: 'patch', resource: 'knativeservings' },
    { message: 'etcd' },
  );
  api.before = () => {
    throw failure;
  };
  await expect(write({ version: '1.22.0' })).rejects.toBe(failure);
});
