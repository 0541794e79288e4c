import { describe, expect, it } from 'vitest';
import type { KubeClient } from '../kube/index.ts';
import { ownAccount } from './own-account.ts';

const log = { debug: () => undefined } as never;

function hubThatSays(userInfo: unknown): KubeClient {
  return { create: async () => ({ status: { userInfo } }) } as unknown as KubeClient;
}

function owner(client: KubeClient, signal = new AbortController().signal): Promise<unknown> {
  return ownAccount(client, 'fleet', { log, signal });
}

describe('the account that Leases go with', () => {
  it('is the service account of the process, by its uid', async () => {
    const hub = hubThatSays({ username: 'system:serviceaccount:fleet:wheelwright', uid: 'u-1' });
    expect(await owner(hub)).toEqual({
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      name: 'wheelwright',
      uid: 'u-1',
    });
  });

  it.each<[who: string, userInfo: unknown]>([
    ['a person', { username: 'admin', uid: 'u-1' }],
    ['an account of another namespace', { username: 'system:serviceaccount:other:wheelwright', uid: 'u-1' }],
    ['an account without a uid', { username: 'system:serviceaccount:fleet:wheelwright' }],
    ['an account with an empty uid', { username: 'system:serviceaccount:fleet:wheelwright', uid: '' }],
    ['nobody', {}],
  ])('is not %s', async (_, userInfo) => {
    expect(await owner(hubThatSays(userInfo))).toBeUndefined();
  });

  it('hinders no start where the hub does not answer', async () => {
    const refuses = {
      create: () => Promise.reject(new Error('the server could not find the requested resource')),
    } as unknown as KubeClient;
    expect(await owner(refuses)).toBeUndefined();
    const ended = AbortSignal.abort(new Error('told to stop'));
    await expect(owner(refuses, ended)).rejects.toThrow('told to stop');
  });
});
