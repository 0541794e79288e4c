import { equal } from 'node:assert/strict';
import { expect, onTestFinished, test } from 'vitest';
import { ManualClock } from '../../test/support/manual-clock.ts';
import type { KubeObject } from '../api/index.ts';
import { ForbiddenError } from '../kube/index.ts';
import { HubSecrets } from './hub-secrets.ts';
import { FakeHub } from './testing/fake-hub.ts';

const name = { namespace: 'fleet', name: 'ap-1' };
const { signal } = new AbortController();
const forbidden = new ForbiddenError(
  { cluster: 'hub', verb: 'watch', resource: 'secrets' },
  { message: 'secrets is forbidden' },
);

function secret(token: string): KubeObject {
  return { apiVersion: 'v1', kind: 'Secret', metadata: name, data: { token } };
}

class Fixture {
  readonly clock = new ManualClock();
  readonly hub = new FakeHub([]);
  readonly secrets = new HubSecrets(this.hub.client, this.clock);
  readonly #ends: (() => void)[] = [];

  constructor() {
    onTestFinished(async () => {
      for (const end of this.#ends) end();
      await this.clock.advance(0);
      equal(this.clock.sleeping, 0);
      equal(this.hub.watches, 0);
    });
  }

  /** What a listener hears. */
  async listen(): Promise<{ readonly heard: unknown[]; readonly end: () => void }> {
    const heard: unknown[] = [];
    const end = this.secrets.onChange(name, (found) => heard.push(found?.['data'] ?? 'nothing'));
    this.#ends.push(end);
    await this.clock.advance(0);
    return { heard, end };
  }
}

test('a Secret that nobody watches is read from the hub', async () => {
  const { hub, secrets } = new Fixture();
  hub.put(secret('a'));
  expect(await secrets.get(name, signal)).toMatchObject({ data: { token: 'a' } });
  expect(await secrets.get({ ...name, name: 'other' }, signal)).toBeUndefined();
  expect(hub.gets).toBe(2);
});

test('what hinders the read is thrown', async () => {
  const { hub, secrets } = new Fixture();
  hub.failure = forbidden;
  await expect(secrets.get(name, signal)).rejects.toBe(forbidden);
});

test('listeners hear of every state, and of the end', async () => {
  const fixture = new Fixture();
  fixture.hub.put(secret('a'));
  const { heard } = await fixture.listen();
  fixture.hub.put(secret('b'));
  fixture.hub.delete('fleet/ap-1');
  await fixture.clock.advance(0);
  expect(heard).toEqual([{ token: 'a' }, { token: 'b' }, 'nothing']);
});

test('a Secret that is watched is not read again', async () => {
  const fixture = new Fixture();
  await fixture.listen();
  expect(await fixture.secrets.get(name, signal)).toBeUndefined();
  fixture.hub.put(secret('a'));
  await fixture.clock.advance(0);
  expect(await fixture.secrets.get(name, signal)).toMatchObject({ data: { token: 'a' } });
  expect(fixture.hub.gets).toBe(0);
});

test('several listeners share one watch, which ends with the last of them', async () => {
  const fixture = new Fixture();
  const one = await fixture.listen();
  const another = await fixture.listen();
  expect(fixture.hub.watches).toBe(1);
  one.end();
  one.end();
  fixture.hub.put(secret('a'));
  await fixture.clock.advance(0);
  expect(one.heard).toEqual([]);
  expect(another.heard).toEqual([{ token: 'a' }]);
  another.end();
  await fixture.clock.advance(0);
  expect(fixture.hub.watches).toBe(0);
  await fixture.listen();
  expect(fixture.hub.watches).toBe(1);
});

test('while the watch fails, or may not be opened, the Secret is read', async () => {
  const fixture = new Fixture();
  fixture.hub.put(secret('a'));
  await fixture.listen();
  fixture.hub.failure = forbidden;
  fixture.hub.breakWatches(410);
  await fixture.clock.advance(0);
  fixture.hub.failure = undefined;
  fixture.hub.put(secret('b'));
  expect(await fixture.secrets.get(name, signal)).toMatchObject({ data: { token: 'b' } });
  expect(fixture.hub.gets).toBe(1);
});
