import { expect, test } from 'vitest';
import { ManualClock } from '../../../test/support/manual-clock.ts';
import type { Cluster } from '../cluster.ts';
import { refused, unauthorized } from '../testing/fake-cluster-client.ts';
import { aMember } from '../testing/a-member.ts';
import type { MemberProvider } from './member.ts';
import type { MemberEntry, MemberSource } from './member-source.ts';
import { Members } from './members.ts';

class FakeSource implements MemberSource {
  readonly provider: MemberProvider;
  isSynced = true;
  hindrance: string | undefined;
  held: readonly MemberEntry[] = [];
  readonly suspected: Cluster[] = [];
  readonly uses: (readonly [string, readonly string[]])[] = [];

  constructor(provider: MemberProvider) {
    this.provider = provider;
  }

  entries(): readonly MemberEntry[] {
    return this.held;
  }

  use(user: string, locals: readonly string[]): void {
    this.uses.push([user, locals]);
  }

  suspect(cluster: Cluster): void {
    this.suspected.push(cluster);
  }
}

function entry(provider: MemberProvider, local: string, changes: Partial<MemberEntry> = {}): MemberEntry {
  return { ...aMember(`${provider}#${local}`), ...changes };
}

function fixture() {
  const secrets = new FakeSource('kubeconfig');
  const files = new FakeSource('file');
  const clock = new ManualClock();
  const members = new Members({ clock });
  const told: (readonly string[])[] = [];
  members.add(secrets);
  members.add(files);
  members.drain(new Set());
  const unsubscribe = members.subscribe((changed) => told.push([...changed].sort()));
  /** All that changed has been told. */
  const settle = (): Promise<void> => clock.advance(200);
  return { secrets, files, members, told, unsubscribe, clock, settle };
}

test('members are sorted by their ids, and masked ones are there with the reason', () => {
  const { secrets, files, members } = fixture();
  files.held = [entry('file', '/mc/x+u@a')];
  secrets.held = [entry('kubeconfig', 'a')];
  expect(members.members).toMatchObject([
    {
      id: 'file#/mc/x+u@a',
      alias: undefined,
      info: 'It answers. Its alias a is masked by kubeconfig#a: refer to it by its id.',
    },
    { id: 'kubeconfig#a', alias: 'a', info: 'It answers.' },
  ]);
  expect(members.find('a')).toMatchObject({ member: { id: 'kubeconfig#a' } });
  secrets.held = [];
  members.changed();
  expect(members.members).toMatchObject([{ alias: 'a', info: 'It answers.' }]);
});

test('listeners are told once of all that changed at a time, and of nothing that did not', async () => {
  const { secrets, files, members, told, settle } = fixture();
  await settle();
  told.length = 0;
  secrets.held = [entry('kubeconfig', 'a')];
  members.changed();
  files.held = [entry('file', 'b', { alias: 'b' })];
  members.changed();
  await settle();
  members.changed();
  await settle();
  expect(told).toEqual([['file#b', 'kubeconfig#a']]);
});

test('what changes one after another is told now and then, the first at once', async () => {
  const { secrets, members, told, clock } = fixture();
  await clock.advance(200);
  told.length = 0;
  for (let index = 0; index < 100; index++) {
    const local = `m${index}`;
    secrets.held = [...secrets.held, entry('kubeconfig', local, { alias: local })];
    members.changed();
    await clock.advance(10);
  }
  await clock.advance(200);
  expect(told[0]).toEqual(['kubeconfig#m0']);
  expect(told.flat()).toHaveLength(100);
  // A second of changes.
  expect(told.length).toBeLessThanOrEqual(7);
});

test('a change of one changes the array and no other member', async () => {
  const { secrets, members, told, settle } = fixture();
  secrets.held = [entry('kubeconfig', 'a'), entry('kubeconfig', 'b', { alias: 'b' })];
  await settle();
  const before = members.members;
  members.changed();
  expect(members.members).toBe(before);
  secrets.held = [entry('kubeconfig', 'a', { state: 'NotReady' }), secrets.held[1] as MemberEntry];
  members.changed();
  expect(members.members).not.toBe(before);
  expect(members.members[1]).toBe(before[1]);
  await settle();
  expect(told.at(-1)).toEqual(['kubeconfig#a']);
});

test('a member whose alias changes hands is told of on both sides', async () => {
  const { secrets, files, members, told, settle } = fixture();
  files.held = [entry('file', 'x')];
  await settle();
  secrets.held = [entry('kubeconfig', 'a')];
  members.changed();
  await settle();
  expect(told.at(-1)).toEqual(['file#x', 'kubeconfig#a']);
});

test('all sources must have told before the registry has, and who waits hears of it', async () => {
  const { files, members, told, settle } = fixture();
  files.isSynced = false;
  expect(members.isSynced).toBe(false);
  await settle();
  files.isSynced = true;
  members.changed();
  await settle();
  expect(members.isSynced).toBe(true);
  expect(told.at(-1)).toEqual([]);
});

test('what has told once is not taken for silent again', () => {
  const { files, members } = fixture();
  expect(members.isSynced).toBe(true);
  files.isSynced = false;
  members.changed();
  expect(members.isSynced).toBe(true);
});

test('an alias changes hands with the first answer of whoever takes it, whoever is out of reach later', async () => {
  const { secrets, files, members, settle } = fixture();
  files.held = [entry('file', 'x')];
  members.changed();
  await settle();
  const owner = (changes: Partial<MemberEntry>): string | undefined => {
    secrets.held = [entry('kubeconfig', 'a', changes)];
    members.changed();
    const found = members.find('a');
    return found.found === 'member' ? found.member.id : undefined;
  };
  expect(owner({ state: 'NotReady', isNonsense: true })).toBe('file#x');
  expect(owner({ state: 'Unknown', isNonsense: false })).toBe('file#x');
  expect(owner({ state: 'Ready' })).toBe('kubeconfig#a');
  expect(owner({ state: 'NotReady' })).toBe('kubeconfig#a');
  files.held = [];
  expect(owner({ state: 'NotReady' })).toBe('kubeconfig#a');
});

test('who answers first when everything begins has no alias by that', async () => {
  const { secrets, files, members, settle } = fixture();
  secrets.isSynced = false;
  files.held = [entry('file', 'x')];
  members.changed();
  await settle();
  secrets.held = [entry('kubeconfig', 'a', { state: 'Unknown' })];
  secrets.isSynced = true;
  members.changed();
  expect(members.find('a')).toMatchObject({ member: { id: 'kubeconfig#a' } });
  members.changed();
  expect(members.find('a')).toMatchObject({ member: { id: 'kubeconfig#a' } });
});

test('members that may be drained elsewhere are not synced before that was told', () => {
  const members = new Members({ clock: new ManualClock() });
  const [secrets, files] = [new FakeSource('kubeconfig'), new FakeSource('file')];
  members.add(secrets);
  members.add(files);
  secrets.held = [entry('kubeconfig', 'a')];
  files.held = [entry('file', 'x', { alias: 'x' })];
  expect(members.isSynced).toBe(false);
  expect(members.awaited).toEqual([{ provider: 'file', why: undefined }]);
  members.drain(new Set());
  expect(members.isSynced).toBe(true);
});

test('without any member that may be drained elsewhere nobody waits for that', () => {
  const members = new Members({ clock: new ManualClock() });
  const secrets = new FakeSource('kubeconfig');
  secrets.held = [entry('kubeconfig', 'a')];
  members.add(secrets);
  members.add(new FakeSource('file'));
  expect(members.isSynced).toBe(true);
});

test('who unsubscribed hears nothing more', async () => {
  const { secrets, members, told, unsubscribe, settle } = fixture();
  unsubscribe();
  secrets.held = [entry('kubeconfig', 'a')];
  members.changed();
  await settle();
  expect(told).toEqual([]);
});

test('each source hears of what is its own', () => {
  const { secrets, files, members } = fixture();
  members.use('dso', ['a', 'file#/mc/x#y', 'clusterprofile#n/a']);
  expect(files.uses).toEqual([['dso', ['/mc/x#y']]]);
  expect(secrets.uses).toEqual([['dso', []]]);
});

test('only failures that may mean an outage make a cluster suspect', () => {
  const { secrets, members } = fixture();
  const cluster = {} as Cluster;
  members.failed(cluster, new Error('a defect'));
  expect(secrets.suspected).toEqual([]);
  members.failed(cluster, refused);
  members.failed(cluster, unauthorized);
  expect(secrets.suspected).toEqual([cluster, cluster]);
});

test('members without an object of their own are drained by alias, also while another one has it', () => {
  const { secrets, files, members } = fixture();
  files.held = [entry('file', 'x')];
  members.drain(new Set(['a']));
  expect(members.members).toMatchObject([{ isDrained: true }]);
  secrets.held = [entry('kubeconfig', 'a')];
  members.changed();
  expect(members.members).toMatchObject([
    { id: 'file#x', alias: undefined, isDrained: true },
    { alias: 'a', isDrained: false },
  ]);
});

test('who waits for a source is told what hinders it, once', async () => {
  const clock = new ManualClock();
  const members = new Members({ clock });
  const files = new FakeSource('file');
  files.isSynced = false;
  members.add(files);
  let told = 0;
  members.subscribe(() => told++);
  await clock.advance(1_000);
  const before = told;
  files.hindrance = 'no such directory';
  members.changed();
  await clock.advance(1_000);
  members.changed();
  await clock.advance(1_000);
  expect(told).toBe(before + 1);
  expect(members.awaited).toEqual([{ provider: 'file', why: 'no such directory' }]);
});
