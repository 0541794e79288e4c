import { equal } from 'node:assert/strict';
import { expect, onTestFinished, test } from 'vitest';
import { ManualClock } from '../../../test/support/manual-clock.ts';
import { isSameCluster } from '../cluster-identity.ts';
import { FakeServer, refused, silent, unauthorized } from '../testing/fake-cluster-client.ts';
import { type KubeconfigDeclaration, KubeconfigMembers } from './kubeconfig-members.ts';
import type { MemberAccess } from './member-kubeconfig.ts';
import type { MemberEntry } from './member-source.ts';

function accessTo(server: string, token: string): MemberAccess {
  return { endpoint: { server }, credential: { token }, fingerprint: token, warnings: [] };
}

class Fixture {
  readonly clock = new ManualClock();
  readonly server = new FakeServer();
  /** The states that were told, one after another. */
  readonly told: string[] = [];
  readonly members = new KubeconfigMembers({
    provider: 'kubeconfig',
    connectClient: this.server.connect,
    clock: this.clock,
    random: () => 0,
    onChange: () => {
      const { state = 'gone' } = this.entry ?? {};
      if (this.told.at(-1) !== state) this.told.push(state);
    },
    onRefused: () => undefined,
  });

  constructor() {
    onTestFinished(async () => {
      await this.members.close();
      await this.clock.advance(0);
      equal(this.clock.sleeping, 0);
      equal(this.server.open, 0);
    });
  }

  get entry(): MemberEntry | undefined {
    return [...this.members.entries()][0];
  }

  async declare(token: string | undefined, changes: Partial<KubeconfigDeclaration> = {}): Promise<void> {
    const access = token === undefined ? undefined : accessTo('https://member-a', token);
    this.members.declare({ local: 'member-a', alias: 'member-a', isDrained: false, access, ...changes });
    await this.clock.advance(0);
  }
}

test('a member is connected without anybody asking, and is Unknown until then', async () => {
  const fixture = new Fixture();
  await fixture.declare('one');
  expect(fixture.told).toEqual(['Unknown', 'Ready']);
  expect(fixture.entry).toMatchObject({
    id: 'kubeconfig#member-a',
    state: 'Ready',
    cluster: { id: 'kubeconfig#member-a', name: 'member-a' },
  });
});

test('the same content again connects nothing', async () => {
  const fixture = new Fixture();
  await fixture.declare('one');
  const { cluster } = fixture.entry ?? {};
  await fixture.declare('one', { isDrained: true });
  expect(fixture.entry).toMatchObject({ isDrained: true, cluster });
  expect(fixture.server.clients).toBe(1);
});

test('another credential takes over without a gap, and the connection before it gets time to end', async () => {
  const fixture = new Fixture();
  await fixture.declare('one');
  const before = fixture.entry?.cluster;
  await fixture.declare('two');
  const { cluster } = fixture.entry ?? {};
  expect(cluster?.generation).toBe((before?.generation ?? 0) + 1);
  expect(before?.signal.aborted).toBe(false);
  await fixture.clock.advance(10_000);
  expect(before?.signal.aborted).toBe(true);
  expect(fixture.server.open).toBe(1);
  expect(fixture.told).toEqual(['Unknown', 'Ready']);
});

test('another address of the same cluster takes over without a gap, one of another cluster ends the first at once', async () => {
  const fixture = new Fixture();
  fixture.server.uid = 'one';
  await fixture.declare('one');
  const first = fixture.entry?.cluster;
  await fixture.declare('two', { access: accessTo('https://moved', 'two') });
  const moved = fixture.entry?.cluster;
  expect(moved?.generation).toBe((first?.generation ?? 0) + 1);
  expect(isSameCluster(first?.identity, moved?.identity)).toBe(true);
  expect(first?.signal.aborted).toBe(false);
  fixture.server.uid = 'another';
  await fixture.declare('three', { access: accessTo('https://moved', 'three') });
  expect(isSameCluster(moved?.identity, fixture.entry?.cluster?.identity)).toBe(false);
  expect(moved?.signal.aborted).toBe(true);
});

test('content that cannot be used leaves the connection as it is, and says so', async () => {
  const fixture = new Fixture();
  await fixture.declare('one');
  await fixture.declare(undefined, { problem: 'It is empty.' });
  expect(fixture.entry?.state).toBe('Ready');
  expect(fixture.entry?.info).toContain('It is empty. What it had before stays in force.');
});

test('a member whose content never made sense is NotReady and never contacted', async () => {
  const fixture = new Fixture();
  await fixture.declare(undefined, { problem: 'It is empty.' });
  expect(fixture.entry).toMatchObject({ state: 'NotReady', info: 'It is empty.', isNonsense: true });
  expect(fixture.server.clients).toBe(0);
  await fixture.declare('one');
  expect(fixture.entry).toMatchObject({ state: 'Ready', isNonsense: false });
  await fixture.declare(undefined, { problem: 'It is empty.' });
  expect(fixture.entry?.isNonsense).toBe(false);
});

test('a revoked member stays known, out of reach', async () => {
  const fixture = new Fixture();
  await fixture.declare('one');
  const { cluster } = fixture.entry ?? {};
  await fixture.declare(undefined, { problem: 'It is empty.' });
  fixture.members.revoke('member-a');
  expect(fixture.entry).toMatchObject({ state: 'NotReady', info: 'It is empty.', cluster: undefined });
  expect(cluster?.signal.aborted).toBe(true);
});

test('a member that is removed ends at once', async () => {
  const fixture = new Fixture();
  await fixture.declare('one');
  const { cluster } = fixture.entry ?? {};
  fixture.members.remove('member-a');
  expect(cluster?.signal.aborted).toBe(true);
  expect(fixture.told.at(-1)).toBe('gone');
});

test('a member that falls silent is found out within fifteen seconds, and found again within ten', async () => {
  const fixture = new Fixture();
  await fixture.declare('one');
  fixture.server.state = silent;
  await fixture.clock.advance(15_000);
  expect(fixture.entry).toMatchObject({ state: 'NotReady', cluster: undefined });
  expect(fixture.entry?.info).toBe('The API server does not answer in time.');
  fixture.server.state = refused;
  await fixture.clock.advance(300_000);
  const { since } = fixture.entry ?? {};
  fixture.server.state = undefined;
  await fixture.clock.advance(10_000);
  expect(fixture.entry?.state).toBe('Ready');
  expect(fixture.entry?.since).toBeGreaterThan(since ?? 0);
});

test('a member that is heard of is asked no more than once a minute, and one that is not within eight seconds', async () => {
  const fixture = new Fixture();
  await fixture.declare('one');
  const before = fixture.server.asked;
  for (let second = 0; second < 600; second++) {
    await fixture.clock.advance(1_000);
    if (second % 5 === 0) fixture.server.alive();
  }
  const asked = fixture.server.asked - before;
  expect(asked).toBeLessThanOrEqual(10);
  // A gateway that answers PINGs says nothing of the server behind it, or of the credential.
  expect(asked).toBeGreaterThanOrEqual(8);
  await fixture.clock.advance(8_000);
  const quiet = fixture.server.asked;
  await fixture.clock.advance(8_000);
  expect(fixture.server.asked).toBeGreaterThan(quiet);
});

test.each([
  ['four seconds to answer is there (C9)', 4_000, false],
  ['too long to answer is not', 5_001, true],
])('a member that takes %s', async (_what, takesMs, isLost) => {
  const fixture = new Fixture();
  await fixture.declare('one');
  fixture.server.takesMs = takesMs;
  // Its transport answers as ever.
  for (let second = 0; second < 100; second++) {
    await fixture.clock.advance(1_000);
    fixture.server.alive();
  }
  expect(fixture.told.includes('NotReady')).toBe(isLost);
});

test('a member behind a gateway that goes on answering PINGs is found out as well', async () => {
  const fixture = new Fixture();
  await fixture.declare('one');
  fixture.server.state = unauthorized;
  for (let second = 0; second < 80; second++) {
    await fixture.clock.advance(1_000);
    fixture.server.alive();
  }
  expect(fixture.told).toContain('NotReady');
});

test('one lost answer is no outage', async () => {
  const fixture = new Fixture();
  await fixture.declare('one');
  fixture.server.state = silent;
  await fixture.clock.advance(6_500);
  fixture.server.state = undefined;
  await fixture.clock.advance(60_000);
  expect(fixture.told).toEqual(['Unknown', 'Ready']);
});

test('a credential that is refused puts the member out of reach at once', async () => {
  const fixture = new Fixture();
  await fixture.declare('one');
  fixture.server.state = unauthorized;
  fixture.server.trouble();
  await fixture.clock.advance(0);
  expect(fixture.entry?.state).toBe('NotReady');
  expect(fixture.entry?.info).toContain('refuses the credential');
  fixture.server.state = undefined;
  await fixture.declare('two');
  expect(fixture.entry?.state).toBe('Ready');
});

test('a member that hangs delays no other', async () => {
  const fixture = new Fixture();
  fixture.server.state = 'hang';
  await fixture.declare('one');
  fixture.server.state = undefined;
  await fixture.declare('two', { local: 'member-b' });
  expect([...fixture.members.entries()].map(({ state }) => state)).toEqual(['Unknown', 'Ready']);
});

test('the state says which kubeconfig it is about, and no other before that was tried', async () => {
  const fixture = new Fixture();
  await fixture.declare('one');
  expect(fixture.entry).toMatchObject({ state: 'Ready', credential: 'one' });
  fixture.server.state = 'hang';
  await fixture.declare('two');
  expect(fixture.entry).toMatchObject({ state: 'Ready', credential: undefined });
  fixture.server.state = refused;
  await fixture.declare('three');
  expect(fixture.entry).toMatchObject({ state: 'NotReady', credential: 'three' });
  fixture.server.state = undefined;
  await fixture.declare('four');
  expect(fixture.entry).toMatchObject({ state: 'Ready', credential: 'four' });
});
