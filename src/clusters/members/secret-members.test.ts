import { equal } from 'node:assert/strict';
import { expect, onTestFinished, test } from 'vitest';
import { ManualClock } from '../../../test/support/manual-clock.ts';
import type { KubeObject } from '../../api/index.ts';
import { type CredentialSource, ForbiddenError } from '../../kube/index.ts';
import { createServerPolicy } from '../access/index.ts';
import { FakeServer, unauthorized } from '../testing/fake-cluster-client.ts';
import { FakeHub } from '../testing/fake-hub.ts';
import type { MemberEntry } from './member-source.ts';
import { memberLabel, SecretMembers } from './secret-members.ts';

function kubeconfig(token: string): string {
  return JSON.stringify({
    'current-context': 'c',
    clusters: [{ name: 'k', cluster: { server: 'https://member' } }],
    users: [{ name: 'u', user: { token } }],
    contexts: [{ name: 'c', context: { cluster: 'k', user: 'u' } }],
  });
}

function secret(text: string | undefined, metadata: Partial<KubeObject['metadata']> = {}): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { namespace: 'keda', name: 'member-a', labels: { [memberLabel]: 'true' }, ...metadata },
    ...(text === undefined ? {} : { data: { kubeconfig: Buffer.from(text).toString('base64') } }),
  };
}

class Fixture {
  readonly clock = new ManualClock();
  readonly server = new FakeServer();
  readonly hub = new FakeHub([]);
  readonly problems = new Map<string | undefined, string>();
  /** What nobody thought of comes to pass where a kubeconfig leads there. */
  breakingHost = '';
  /** Of the newest client. */
  credentials: CredentialSource | undefined;
  readonly #life = new AbortController();
  readonly members = new SecretMembers({
    client: this.hub.client,
    namespace: 'keda',
    policy: {
      ...createServerPolicy(),
      refusal: (host) => {
        if (host === this.breakingHost) throw new TypeError('token-of-somebody');
        return undefined;
      },
    },
    connectClient: (options) => {
      this.credentials = options.credentials;
      return this.server.connect(options);
    },
    clock: this.clock,
    random: () => 0,
    onChange: () => undefined,
    onProblem: (place, problem) => {
      if (problem === undefined) this.problems.delete(place);
      else this.problems.set(place, problem);
    },
  });

  constructor() {
    onTestFinished(async () => {
      this.#life.abort();
      await this.members.close();
      await this.clock.advance(0);
      equal(this.clock.sleeping, 0);
      equal(this.server.open, 0);
      equal(this.hub.watches, 0);
    });
  }

  async run(): Promise<void> {
    void this.members.run(this.#life.signal);
    await this.clock.advance(0);
  }

  async put(object: KubeObject): Promise<void> {
    this.hub.put(object);
    await this.clock.advance(0);
  }

  get entry(): MemberEntry | undefined {
    return [...this.members.entries()][0];
  }

  /** With a member that is Ready. */
  static async withMember(): Promise<Fixture> {
    const fixture = new Fixture();
    await fixture.run();
    await fixture.put(secret(kubeconfig('one')));
    equal(fixture.entry?.state, 'Ready');
    return fixture;
  }
}

test('a Secret is a member of its name once the list is there', async () => {
  const fixture = new Fixture();
  fixture.hub.put(secret(kubeconfig('one')));
  expect(fixture.members.isSynced).toBe(false);
  await fixture.run();
  expect(fixture.members.isSynced).toBe(true);
  expect(fixture.entry).toMatchObject({ id: 'kubeconfig#member-a', alias: 'member-a', state: 'Ready' });
});

test('a hub that does not let Secrets be read says nothing about members, until it does', async () => {
  const fixture = new Fixture();
  fixture.hub.put(secret(kubeconfig('one')));
  fixture.hub.failure = new ForbiddenError(
    { cluster: 'hub', verb: 'watch', resource: 'secrets' },
    { message: 'secrets is forbidden' },
  );
  await fixture.run();
  expect(fixture.members.isSynced).toBe(false);
  expect(fixture.problems.get(undefined)).toContain('secrets is forbidden');
  expect(fixture.members.hindrance).toContain('secrets is forbidden');
  fixture.hub.failure = undefined;
  await fixture.clock.advance(30_000);
  expect(fixture.members.isSynced).toBe(true);
  expect(fixture.members.hindrance).toBeUndefined();
  expect(fixture.problems.size).toBe(0);
});

test('other white space in the kubeconfig, and other labels, connect nothing anew', async () => {
  const fixture = await Fixture.withMember();
  await fixture.put(secret(`\n${kubeconfig('one')}\n`, { labels: { a: 'b' } }));
  expect(fixture.server.clients).toBe(1);
});

test('a Secret without a kubeconfig makes no member, and is told of', async () => {
  const fixture = new Fixture();
  await fixture.run();
  await fixture.put(secret(undefined));
  expect(fixture.entry).toBeUndefined();
  expect(fixture.problems.get('member-a')).toContain('Secret keda/member-a has no kubeconfig');
  await fixture.put(secret(kubeconfig('one')));
  expect(fixture.entry?.state).toBe('Ready');
  expect(fixture.problems.size).toBe(0);
});

test('an emptied Secret revokes after a minute, but not one that is filled again', async () => {
  const fixture = await Fixture.withMember();
  await fixture.put(secret(''));
  await fixture.clock.advance(59_000);
  expect(fixture.entry?.state).toBe('Ready');
  await fixture.put(secret(kubeconfig('one')));
  await fixture.clock.advance(120_000);
  expect(fixture.entry?.state).toBe('Ready');
  await fixture.put(secret(' '));
  await fixture.put(secret(' ', { labels: { a: 'b' } }));
  await fixture.clock.advance(60_000);
  expect(fixture.entry).toMatchObject({ state: 'NotReady', cluster: undefined });
  await fixture.put(secret(kubeconfig('one')));
  expect(fixture.entry?.state).toBe('Ready');
});

test('a Secret that is being deleted is a member no more, whatever holds it', async () => {
  const fixture = await Fixture.withMember();
  await fixture.put(
    secret(kubeconfig('one'), { deletionTimestamp: '2026-01-01T00:00:00Z', finalizers: ['a/b'] }),
  );
  expect(fixture.entry).toBeUndefined();
});

test('a Secret that is gone is a member no more, also in the minute before its revocation', async () => {
  const fixture = await Fixture.withMember();
  await fixture.put(secret(''));
  fixture.hub.delete('keda/member-a');
  await fixture.clock.advance(0);
  expect(fixture.entry).toBeUndefined();
  await fixture.put(secret(kubeconfig('one')));
  await fixture.clock.advance(60_000);
  expect(fixture.entry?.state).toBe('Ready');
});

test('a broken kubeconfig leaves the last good one in force', async () => {
  const fixture = await Fixture.withMember();
  await fixture.put(secret('{'));
  expect(fixture.entry?.state).toBe('Ready');
  expect(fixture.entry?.info).toContain('Cannot use kubeconfig in Secret keda/member-a');
});

test('one that fails in a way nobody thought of hides no other', async () => {
  const fixture = new Fixture();
  fixture.breakingHost = 'odd';
  fixture.hub.put(secret(kubeconfig('one').replace('member', 'odd'), { name: 'member-0' }));
  fixture.hub.put(secret(kubeconfig('one')));
  await fixture.run();
  expect(fixture.members.isSynced).toBe(true);
  expect([...fixture.members.entries()].map(({ local, state }) => [local, state])).toEqual([
    ['member-0', 'NotReady'],
    ['member-a', 'Ready'],
  ]);
  expect(fixture.problems.get('member-0')).toBe('The kubeconfig in Secret keda/member-0 cannot be read.');
});

test('a drained Secret drains its member', async () => {
  const fixture = await Fixture.withMember();
  const annotations = { 'wheelwright.dev/drain': 'true' };
  await fixture.put(secret(kubeconfig('one'), { annotations }));
  expect(fixture.entry).toMatchObject({ isDrained: true, state: 'Ready' });
  expect(fixture.server.clients).toBe(1);
});

test('a refused credential is compared with the Secret itself, and not all the time', async () => {
  const fixture = await Fixture.withMember();
  const refuse = async (): Promise<void> => {
    fixture.credentials?.invalidate({ token: 'one' });
    await fixture.clock.advance(0);
  };
  await refuse();
  await refuse();
  expect(fixture.hub.gets).toBe(1);
  await fixture.clock.advance(10_000);
  await refuse();
  expect(fixture.hub.gets).toBe(2);
  expect(fixture.server.clients).toBe(1);
});

test('a newer Secret that a refused credential is compared with is read at once', async () => {
  const fixture = await Fixture.withMember();
  fixture.hub.keep(secret(kubeconfig('two')));
  fixture.credentials?.invalidate({ token: 'one' });
  await fixture.clock.advance(0);
  expect(fixture.server.clients).toBe(2);
});

test('a Secret that the watch takes away while it is compared is a member no more', async () => {
  const fixture = await Fixture.withMember();
  fixture.hub.keep(secret(kubeconfig('two')));
  const { promise, resolve } = Promise.withResolvers<void>();
  fixture.hub.reading = promise;
  fixture.credentials?.invalidate({ token: 'one' });
  fixture.hub.leave('keda/member-a');
  await fixture.clock.advance(0);
  resolve();
  await fixture.clock.advance(0);
  expect(fixture.entry).toBeUndefined();
});

test('a Secret that has lost its label is not read, though the watch has not told of it', async () => {
  const fixture = await Fixture.withMember();
  fixture.hub.keep(secret(kubeconfig('two'), { labels: {} }));
  fixture.credentials?.invalidate({ token: 'one' });
  await fixture.clock.advance(0);
  expect(fixture.hub.gets).toBe(1);
  expect(fixture.server.clients).toBe(1);
});

test('of two changes in a row the later one counts', async () => {
  const fixture = await Fixture.withMember();
  fixture.hub.put(secret('{'));
  await fixture.put(secret(kubeconfig('two')));
  expect(fixture.entry?.info).toBe('It answers, with Kubernetes v1.36.1.');
  expect(fixture.server.clients).toBe(2);
  fixture.server.state = unauthorized;
  fixture.server.trouble();
  await fixture.clock.advance(0);
  expect(fixture.entry?.state).toBe('NotReady');
});
