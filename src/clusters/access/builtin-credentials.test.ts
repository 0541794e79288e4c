import { expect, onTestFinished, test } from 'vitest';
import { ManualClock } from '../../../test/support/manual-clock.ts';
import type { KubeObject } from '../../api/index.ts';
import { ForbiddenError, NotFoundError } from '../../kube/index.ts';
import { createAccessCredentials } from './access-credentials.ts';
import {
  type BuiltinCredentialsOptions,
  createBuiltinCredentials,
  type SecretWatch,
} from './builtin-credentials.ts';
import type { ObservedCredentials } from './refreshing-credentials.ts';

const { signal } = new AbortController();
const context = { cluster: 'hub', verb: 'get', resource: 'secrets', namespace: 'fleet', name: 'ap-1' };

const secret = (token: string, labels = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { namespace: 'fleet', name: 'ap-1', labels },
  data: { token: Buffer.from(token).toString('base64') },
});

/** One Secret, as the hub has it. */
class Hub implements SecretWatch {
  current: KubeObject | undefined | Error;
  reads = 0;
  readonly listeners = new Set<(secret: KubeObject | undefined) => void>();

  constructor(current: Hub['current']) {
    this.current = current;
  }

  async get({
    namespace,
    name,
  }: {
    readonly namespace: string;
    readonly name: string;
  }): Promise<KubeObject | undefined> {
    if (`${namespace}/${name}` !== 'fleet/ap-1') throw new Error(`nobody may read ${namespace}/${name}`);
    this.reads++;
    if (this.current instanceof Error) throw this.current;
    return this.current;
  }

  onChange(_name: unknown, listener: (secret: KubeObject | undefined) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  tell(current: KubeObject | undefined): void {
    this.current = current;
    for (const listener of this.listeners) listener(current);
  }
}

function reader(hub: Hub, options: Partial<BuiltinCredentialsOptions> = {}): ObservedCredentials {
  const source = createBuiltinCredentials({
    provider: 'p',
    cluster: 'ap-1',
    profile: { namespace: 'fleet', name: 'ap-1' },
    invocation: { type: 'builtin', reader: 'secretreader', config: { clusterName: 'ap-1' } },
    ownNamespace: 'fleet',
    rules: {},
    secrets: hub,
    clock: new ManualClock(),
    ...options,
  });
  onTestFinished(() => source.close());
  return source;
}

test('a Secret is read once, and a rotation is in use as soon as it is told', async () => {
  const hub = new Hub(secret('one'));
  const source = reader(hub);
  const one = await source.get(signal);
  expect(one).toEqual({ token: 'one' });
  expect(await source.get(signal)).toBe(one);
  hub.tell(secret('two'));
  expect(await source.get(signal)).toEqual({ token: 'two' });
  expect(hub.reads).toBe(1);
});

test('a change of the Secret that leaves the token alone leaves the credential alone', async () => {
  const hub = new Hub(secret('one'));
  const source = reader(hub);
  const one = await source.get(signal);
  hub.tell(secret('one', { a: 'b' }));
  expect(await source.get(signal)).toBe(one);
});

test('a deleted Secret is out of use at once, and back in use when it is there again', async () => {
  const hub = new Hub(secret('one'));
  const source = reader(hub);
  await source.get(signal);
  hub.tell(undefined);
  await expect(source.get(signal)).rejects.toMatchObject({
    kind: 'SecretNotFound',
    message: 'cannot get a credential for cluster "ap-1": Secret fleet/ap-1 does not exist',
  });
  hub.tell(secret('two'));
  expect(await source.get(signal)).toEqual({ token: 'two' });
});

test('a Secret whose key was emptied is out of use', async () => {
  const hub = new Hub(secret('one'));
  const source = reader(hub);
  await source.get(signal);
  hub.tell(secret(''));
  await expect(source.get(signal)).rejects.toMatchObject({ kind: 'SecretKeyMissing' });
});

test.for([
  ['gone', undefined, 'SecretNotFound', 'Secret fleet/ap-1 does not exist'],
  [
    'gone, as an error',
    new NotFoundError(context, { message: 'not found' }),
    'SecretNotFound',
    'does not exist',
  ],
  [
    'forbidden',
    new ForbiddenError(context, { message: 'secrets "ap-1" is forbidden' }),
    'SecretUnreadable',
    'Secret fleet/ap-1 cannot be read: get secrets fleet/ap-1 on cluster "hub": secrets "ap-1" is forbidden. Grant the operator get and watch on it',
  ],
  [
    'unreachable',
    new Error('connect ECONNREFUSED'),
    'SecretUnreadable',
    'cannot be read: connect ECONNREFUSED',
  ],
] as const)('a Secret that is %s from the start is told as %s', async ([, current, kind, message]) => {
  await expect(reader(new Hub(current)).get(signal)).rejects.toMatchObject({
    kind,
    message: expect.stringContaining(message),
  });
});

test('after a 401 the Secret is read again, in case its watch is behind', async () => {
  const hub = new Hub(secret('one'));
  const source = reader(hub);
  const one = await source.get(signal);
  source.invalidate(one);
  expect(await source.get(signal)).toBe(one);
  hub.current = secret('two');
  source.invalidate(one);
  expect(await source.get(signal)).toEqual({ token: 'two' });
  expect(hub.reads).toBe(3);
});

test('a hub that does not answer leaves a good credential in use', async () => {
  const hub = new Hub(secret('one'));
  const source = reader(hub);
  const one = await source.get(signal);
  hub.current = new Error('connect ECONNREFUSED');
  source.invalidate(one);
  expect(await source.get(signal)).toBe(one);
});

test('a Secret that a profile must not use is refused: by its name at once, by its label when it is read (C35)', async () => {
  const hub = new Hub(secret('one'));
  const denied = { kind: 'PolicyDenied' };
  expect(() => reader(hub, { rules: { namespaces: ['other'] } })).toThrow(expect.objectContaining(denied));
  expect(hub.listeners.size).toBe(0);
  const source = reader(hub, { rules: { label: 'for' } });
  await expect(source.get(signal)).rejects.toMatchObject(denied);
  hub.tell(secret('two', { for: 'fleet.ap-1' }));
  expect(await source.get(signal)).toEqual({ token: 'two' });
});

test('a profile that names no Secret is refused at once', () => {
  const invocation = { type: 'builtin', reader: 'secretreader', config: {} } as const;
  expect(() => reader(new Hub(undefined), { invocation })).toThrow('clusterName is required');
});

test('closing ends the subscription', async () => {
  const hub = new Hub(secret('one'));
  const source = reader(hub);
  await source.get(signal);
  expect(hub.listeners.size).toBe(1);
  source.close();
  expect(hub.listeners.size).toBe(0);
  await expect(source.get(signal)).rejects.toMatchObject({ kind: 'Closed' });
});

test('the invocation decides whether a plugin or a reader is asked', async () => {
  const common = {
    provider: 'p',
    cluster: 'ap-1',
    profile: { namespace: 'fleet', name: 'ap-1' },
    ownNamespace: 'fleet',
    rules: {},
    secrets: new Hub(secret('from-the-hub')),
    clock: new ManualClock(),
    runner: {
      run: async () =>
        Buffer.from(
          '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"token":"from-a-plugin"}}',
        ),
    },
  };
  const builtin = createAccessCredentials({
    ...common,
    invocation: { type: 'builtin', reader: 'secretreader', config: { clusterName: 'ap-1' } },
  });
  const plugin = createAccessCredentials({
    ...common,
    invocation: {
      type: 'plugin',
      command: '/plugins/x',
      args: [],
      env: [],
      apiVersion: 'client.authentication.k8s.io/v1',
      clusterInfo: undefined,
      installHint: undefined,
    },
  });
  expect(await builtin.get(signal)).toEqual({ token: 'from-the-hub' });
  expect(await plugin.get(signal)).toEqual({ token: 'from-a-plugin' });
  builtin.close();
  plugin.close();
});
