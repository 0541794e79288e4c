import { expect, onTestFinished, test } from 'vitest';
import { ManualClock } from '../../../test/support/manual-clock.ts';
import type { Credential } from '../../kube/index.ts';
import { AccessError } from './access-error.ts';
import type { FetchedCredential } from './fetched-credential.ts';
import { RefreshingCredentials, type RefreshingOptions } from './refreshing-credentials.ts';

const { signal } = new AbortController();
const minute = 60_000;
const hour = 60 * minute;
const never = 10 * 365 * 24 * hour;

/** A source whose fetches wait until the test answers them. */
class Fixture {
  readonly clock = new ManualClock();
  readonly outcomes: string[] = [];
  readonly expiries: (number | undefined)[] = [];
  /** How often it was told that the credential in use is another one, or none any more. */
  changes = 0;
  readonly pending: PromiseWithResolvers<FetchedCredential>[] = [];
  fetches = 0;
  readonly source: RefreshingCredentials;

  constructor(options: Partial<RefreshingOptions> = {}) {
    this.source = new RefreshingCredentials({
      provider: 'p',
      cluster: 'ap-1',
      clock: this.clock,
      random: () => 0,
      fetch: () => {
        this.fetches++;
        const answer = Promise.withResolvers<FetchedCredential>();
        this.pending.push(answer);
        return answer.promise;
      },
      hooks: {
        fetched: (provider, outcome) => this.outcomes.push(`${provider} ${outcome}`),
        expiry: (_cluster, expiresAt) => this.expiries.push(expiresAt),
        changed: () => this.changes++,
      },
      ...options,
    });
    onTestFinished(() => this.source.close());
  }

  /** Answers the oldest fetch. */
  async answer(token: string, lifetimeMs?: number): Promise<void> {
    const expiresAt = lifetimeMs === undefined ? undefined : this.clock.now() + lifetimeMs;
    this.pending.shift()?.resolve({ credential: { token, expiresAt }, endsAt: expiresAt });
    await this.clock.advance(0);
  }

  async fail(error: Error = new AccessError('PluginExit', 'it exited')): Promise<void> {
    this.pending.shift()?.reject(error);
    await this.clock.advance(0);
  }

  /** The current credential, which must be there without a fetch. */
  async current(): Promise<Credential> {
    const before = this.fetches;
    const credential = await this.source.get(signal);
    if (this.fetches !== before) throw new Error('the credential had to be fetched');
    return credential;
  }

  /** Asks without waiting; a failure may be looked at later. */
  ask(): Promise<Credential> {
    const asked = this.source.get(signal);
    asked.catch(() => undefined);
    return asked;
  }

  async start(token: string, lifetimeMs?: number): Promise<Credential> {
    const first = this.source.get(signal);
    await this.answer(token, lifetimeMs);
    return first;
  }
}

test('the first to ask waits for one fetch, and so do all others (P35)', async () => {
  const fixture = new Fixture();
  const all = Promise.all(Array.from({ length: 500 }, () => fixture.ask()));
  expect(fixture.fetches).toBe(1);
  await fixture.answer('one');
  expect(new Set(await all).size).toBe(1);
  expect(fixture.outcomes).toEqual(['p ok']);
});

test('a credential without an end is never fetched again, and waits for nothing (P33)', async () => {
  const fixture = new Fixture();
  const one = await fixture.start('one');
  expect(fixture.clock.sleeping).toBe(0);
  await fixture.clock.advance(never);
  expect(await fixture.current()).toBe(one);
  expect(fixture.expiries).toEqual([undefined]);
});

test('a credential is renewed before its end, while the old one serves', async () => {
  const fixture = new Fixture();
  const one = await fixture.start('one', hour);
  await fixture.clock.advance(hour - 5 * minute - 1);
  expect(fixture.fetches).toBe(1);
  await fixture.clock.advance(1);
  expect(fixture.fetches).toBe(2);
  expect(await fixture.current()).toBe(one);
  await fixture.answer('two', hour);
  expect(await fixture.current()).toMatchObject({ token: 'two' });
  await fixture.clock.advance(hour - 5 * minute);
  expect(fixture.fetches).toBe(3);
});

test('nobody ever waits through a day of hourly tokens (H10)', async () => {
  const fixture = new Fixture();
  await fixture.start('0', hour);
  for (let i = 1; i <= 24 * 60; i++) {
    await fixture.clock.advance(minute);
    if (fixture.pending.length > 0) await fixture.answer(String(i), hour);
    await fixture.current();
  }
  expect(fixture.fetches).toBe(1 + Math.floor((24 * 60) / 55));
});

test('a credential that is over soon is used to its end, and fetched again when it is asked for (P32)', async () => {
  const fixture = new Fixture();
  const one = await fixture.start('one', 5_000);
  await fixture.clock.advance(4_999);
  expect(await fixture.current()).toBe(one);
  await fixture.clock.advance(1);
  const two = fixture.ask();
  expect(fixture.fetches).toBe(2);
  await fixture.answer('two', hour);
  expect(await two).toMatchObject({ token: 'two' });
});

test('one that nobody asks for is fetched half a minute after the last at the earliest (P32)', async () => {
  const fixture = new Fixture();
  await fixture.start('one', 5_000);
  await fixture.clock.advance(29_999);
  expect(fixture.fetches).toBe(1);
  await fixture.clock.advance(1);
  expect(fixture.fetches).toBe(2);
});

test('an end that is thousands of years away fires nothing (P34)', async () => {
  const fixture = new Fixture();
  await fixture.start('one', Date.parse('9999-12-31T23:59:59Z') - fixture.clock.now());
  await fixture.clock.advance(30 * 24 * hour);
  expect(fixture.fetches).toBe(1);
});

test('an end that the token only hints at is renewed for, and binds nobody', async () => {
  const fixture = new Fixture();
  const first = fixture.ask();
  const expiresAt = fixture.clock.now() + hour;
  fixture.pending.shift()?.resolve({ credential: { token: 'jwt', expiresAt }, endsAt: undefined });
  const credential = await first;
  await fixture.clock.advance(hour - 5 * minute);
  expect(fixture.fetches).toBe(2);
  await fixture.fail();
  await fixture.clock.advance(hour);
  expect(await fixture.source.get(signal)).toBe(credential);
});

test('a failure is remembered for 2 s, then longer and longer, and shared by all who ask (P1, P31)', async () => {
  const fixture = new Fixture();
  for (const [attempt, seconds] of [2, 4, 8, 16, 32, 60, 60].entries()) {
    const asked = [fixture.ask(), fixture.ask()];
    expect(fixture.fetches).toBe(attempt + 1);
    await fixture.fail();
    for (const one of asked)
      await expect(one).rejects.toThrow('cannot get a credential for cluster "ap-1": it exited');
    await fixture.clock.advance(seconds * 1000 - 1);
    await expect(fixture.source.get(signal)).rejects.toMatchObject({ kind: 'PluginExit' });
    expect(fixture.fetches).toBe(attempt + 1);
    await fixture.clock.advance(1);
  }
  await fixture.start('one');
  expect(fixture.source.stats()).toMatchObject({ failures: 0, lastError: undefined });
});

test('nothing is fetched behind the back of a source that never had a credential (P15)', async () => {
  const fixture = new Fixture();
  const first = fixture.ask();
  await fixture.fail();
  await expect(first).rejects.toThrow('it exited');
  expect(fixture.clock.sleeping).toBe(0);
});

test('a caller that gives up is told at once, and the fetch goes on for the others (P37)', async () => {
  const fixture = new Fixture();
  const impatient = new AbortController();
  const first = fixture.source.get(impatient.signal);
  const second = fixture.ask();
  impatient.abort('enough');
  await expect(first).rejects.toBe('enough');
  await fixture.answer('one');
  expect(await second).toMatchObject({ token: 'one' });
  expect(fixture.fetches).toBe(1);
  await expect(fixture.source.get(impatient.signal)).rejects.toBe('enough');
});

test('while renewing fails the old credential serves, and it is tried again after 5 s to a minute (P38)', async () => {
  const fixture = new Fixture({ random: () => 1 });
  const one = await fixture.start('one', hour);
  await fixture.clock.advance(hour - 6 * minute);
  for (const seconds of [10, 20, 40, 60]) {
    await fixture.fail();
    expect(await fixture.current()).toBe(one);
    const before = fixture.fetches;
    await fixture.clock.advance(seconds * 1000 - 1);
    expect(fixture.fetches).toBe(before);
    await fixture.clock.advance(1);
    expect(fixture.fetches).toBe(before + 1);
  }
  expect(fixture.source.stats()).toMatchObject({ failures: 4 });
  await fixture.answer('two', hour);
  expect(await fixture.current()).toMatchObject({ token: 'two' });
});

test('when it has ended and renewing fails, all fail fast, until it succeeds (P39)', async () => {
  const fixture = new Fixture();
  await fixture.start('one', hour);
  await fixture.clock.advance(hour - 5 * minute);
  for (let i = 0; i < 60; i++) {
    if (fixture.pending.length > 0) await fixture.fail();
    await fixture.clock.advance(5_000);
  }
  if (fixture.pending.length > 0) await fixture.fail();
  await expect(fixture.source.get(signal)).rejects.toMatchObject({ kind: 'PluginExit' });
  await fixture.clock.advance(minute);
  await fixture.answer('two', hour);
  expect(await fixture.current()).toMatchObject({ token: 'two' });
});

test('a refused credential is fetched anew, once for all who were refused (H1, H4)', async () => {
  const fixture = new Fixture();
  const one = await fixture.start('one');
  const retries = Array.from({ length: 50 }, () => {
    fixture.source.invalidate(one);
    return fixture.ask();
  });
  expect(fixture.fetches).toBe(2);
  await fixture.answer('two');
  for (const retry of retries) expect(await retry).toMatchObject({ token: 'two' });
  fixture.source.invalidate(one);
  expect(await fixture.current()).toMatchObject({ token: 'two' });
});

test('a source that has nothing new gives the same object again, and says so (H3)', async () => {
  const fixture = new Fixture();
  const one = await fixture.start('one', hour);
  fixture.source.invalidate(one);
  const again = fixture.ask();
  await fixture.answer('one', 2 * hour);
  expect(await again).toBe(one);
  expect(fixture.outcomes).toEqual(['p ok', 'p NoNewCredential']);
  await fixture.clock.advance(hour + minute);
  expect(await fixture.current()).toBe(one);
});

test('a server that refuses everything causes three fetches, then one in ten seconds (H2)', async () => {
  const fixture = new Fixture();
  let credential = await fixture.start('0');
  const refused = async (): Promise<void> => {
    fixture.source.invalidate(credential);
    const next = fixture.ask();
    await fixture.answer(String(fixture.fetches));
    credential = await next;
  };
  for (let i = 0; i < 10; i++) await refused();
  expect(fixture.fetches).toBe(1 + 3);
  await fixture.clock.advance(10_000);
  for (let i = 0; i < 10; i++) await refused();
  expect(fixture.fetches).toBe(1 + 3 + 1);
});

test('a refused credential stays in use while no other can be had, and it is tried again', async () => {
  const fixture = new Fixture();
  const one = await fixture.start('one');
  fixture.source.invalidate(one);
  const next = fixture.ask();
  await fixture.fail();
  expect(await next).toBe(one);
  await fixture.clock.advance(5_000);
  await fixture.answer('two');
  expect(await fixture.current()).toMatchObject({ token: 'two' });
});

test('what arrives by itself is in use at once, and overtakes a fetch that began before', async () => {
  const fixture = new Fixture();
  const first = fixture.ask();
  fixture.source.replace({ credential: { token: 'pushed' }, endsAt: undefined });
  await fixture.answer('fetched');
  expect(await first).toMatchObject({ token: 'pushed' });
  expect(await fixture.current()).toMatchObject({ token: 'pushed' });
});

test('the end of a credential is told when it changes, and only then', async () => {
  const fixture = new Fixture();
  const endsAt = fixture.clock.now() + hour;
  const credential = { token: 'one', expiresAt: endsAt };
  fixture.source.replace({ credential, endsAt });
  fixture.source.replace({ credential: { ...credential }, endsAt });
  fixture.source.replace({ credential: { ...credential, expiresAt: endsAt + 1 }, endsAt: endsAt + 1 });
  expect(fixture.source.stats().expiresAt).toBe(endsAt + 1);
  fixture.source.replace({ credential: { token: 'two' }, endsAt: undefined });
  fixture.source.revoke(new AccessError('SecretNotFound', 'gone'));
  fixture.source.revoke(new AccessError('SecretNotFound', 'gone'));
  expect(fixture.expiries).toEqual([endsAt, endsAt + 1, undefined, undefined]);
});

test('another credential is told, and the same one again is not', async () => {
  const fixture = new Fixture();
  await fixture.start('one', hour);
  expect(fixture.changes).toBe(1);
  fixture.source.replace({ credential: { token: 'one' }, endsAt: undefined });
  expect(fixture.changes).toBe(1);
  fixture.source.replace({ credential: { token: 'two' }, endsAt: undefined });
  expect(fixture.changes).toBe(2);
});

test('that there is no credential any more is told: when it was revoked, or has ended and no other came', async () => {
  const revoked = new Fixture();
  await revoked.start('one');
  revoked.source.revoke(new AccessError('SecretNotFound', 'it is gone'));
  expect(revoked.changes).toBe(2);

  const ended = new Fixture();
  await ended.start('one', hour);
  await ended.clock.advance(hour - 5 * minute);
  await ended.fail();
  expect(ended.changes).toBe(1);
  await ended.clock.advance(5 * minute);
  await ended.fail();
  expect(ended.changes).toBe(2);
});

test('a source that never had a credential tells nothing of its own failures, and why there is none from outside', async () => {
  const fixture = new Fixture();
  void fixture.ask();
  await fixture.fail();
  expect(fixture.changes).toBe(0);
  fixture.source.revoke(new AccessError('SecretKeyMissing', 'it has no token'));
  expect(fixture.changes).toBe(1);
});

test('what is revoked is out of use at once', async () => {
  const fixture = new Fixture();
  await fixture.start('one');
  fixture.source.revoke(new AccessError('SecretNotFound', 'Secret a/b does not exist'));
  await expect(fixture.source.get(signal)).rejects.toMatchObject({
    kind: 'SecretNotFound',
    message: 'cannot get a credential for cluster "ap-1": Secret a/b does not exist',
  });
  expect(fixture.source.stats().expiresAt).toBeUndefined();
});

test('a fetch that finds the credential revoked takes it out of use, another failure does not', async () => {
  const fixture = new Fixture({ revokes: (error) => error.kind === 'SecretNotFound' });
  const one = await fixture.start('one');
  fixture.source.invalidate(one);
  const kept = fixture.ask();
  await fixture.fail(new AccessError('SecretUnreadable', 'forbidden'));
  expect(await kept).toBe(one);
  fixture.source.invalidate(one);
  const gone = fixture.ask();
  await fixture.fail(new AccessError('SecretNotFound', 'gone'));
  await expect(gone).rejects.toMatchObject({ kind: 'SecretNotFound' });
});

test('when the clock jumps ahead there is one fetch, when it jumps back there is none (P40)', async () => {
  const clock = new ManualClock();
  let offset = 0;
  const fixture = new Fixture({
    clock: {
      now: () => clock.now() + offset,
      monotonic: () => clock.monotonic(),
      sleep: (ms, signal) => clock.sleep(ms, signal),
    },
  });
  const first = fixture.ask();
  const endsAt = clock.now() + 2 * hour;
  fixture.pending.shift()?.resolve({ credential: { token: 'one', expiresAt: endsAt }, endsAt });
  await first;
  offset = -hour;
  await clock.advance(10 * minute);
  expect(fixture.fetches).toBe(1);
  offset = 2 * hour;
  await clock.advance(30_000);
  expect(fixture.fetches).toBe(2);
  fixture.pending.shift()?.reject(new AccessError('ExpiredOnArrival', 'over'));
  await clock.advance(0);
  for (let i = 0; i < 20; i++) await fixture.source.get(signal).catch(() => undefined);
  expect(fixture.fetches).toBe(2);
});

test('closing ends the fetch and every wait, and nothing is given any more', async () => {
  let fetchSignal: AbortSignal | undefined;
  const fixture = new Fixture({
    fetch: (signal) => {
      fetchSignal = signal;
      return new Promise(() => undefined);
    },
  });
  const waiting = fixture.ask();
  fixture.source.close();
  await expect(waiting).rejects.toMatchObject({ kind: 'Closed' });
  expect(fetchSignal?.aborted).toBe(true);
  await expect(fixture.source.get(signal)).rejects.toMatchObject({ kind: 'Closed' });
  fixture.source.replace({
    credential: { token: 'late', expiresAt: fixture.clock.now() + hour },
    endsAt: undefined,
  });
  fixture.source.revoke(new AccessError('SecretNotFound', 'late'));
  expect(fixture.clock.sleeping).toBe(0);
  fixture.source.close();
});

test('no timer outlives a closed source', async () => {
  const fixture = new Fixture();
  await fixture.start('one', hour);
  expect(fixture.clock.sleeping).toBe(1);
  fixture.source.close();
  await fixture.clock.advance(0);
  expect(fixture.clock.sleeping).toBe(0);
});

test('a defect in a fetch is told as it is', async () => {
  const fixture = new Fixture();
  const first = fixture.ask();
  await fixture.fail(new TypeError('x is not a function'));
  await expect(first).rejects.toThrow(TypeError);
  expect(fixture.outcomes).toEqual(['p InternalError']);
});
