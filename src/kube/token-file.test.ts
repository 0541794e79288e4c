import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ManualClock } from '../../test/support/manual-clock.ts';
import { tokenFile } from './token-file.ts';

const { signal } = new AbortController();
const directory = await mkdtemp(join(tmpdir(), 'token-'));
let files = 0;
const newFile = async (content: string): Promise<string> => {
  const path = join(directory, `token-${files++}`);
  await writeFile(path, content);
  return path;
};

test('the token is read once a minute, and the same object stands for the same token', async () => {
  const clock = new ManualClock();
  const path = await newFile('one\n');
  const source = tokenFile({ path, clock });
  const one = await source.get(signal);
  expect(one).toEqual({ token: 'one' });

  await writeFile(path, 'two');
  await clock.advance(49_999);
  expect(await source.get(signal)).toBe(one);
  await clock.advance(1);
  expect(await source.get(signal)).toEqual({ token: 'two' });

  await clock.advance(50_000);
  const two = await source.get(signal);
  await clock.advance(50_000);
  expect(await source.get(signal)).toBe(two);
});

test('a refused token is read again at once, one that was replaced meanwhile is not', async () => {
  const path = await newFile('one');
  const source = tokenFile({ path, clock: new ManualClock() });
  const one = await source.get(signal);
  await writeFile(path, 'two');
  source.invalidate({ token: 'one' });
  expect(await source.get(signal)).toBe(one);
  source.invalidate(one);
  expect(await source.get(signal)).toEqual({ token: 'two' });
});

test('the last token stays while the file cannot be read', async () => {
  const clock = new ManualClock();
  const path = await newFile('one');
  const source = tokenFile({ path, clock });
  const one = await source.get(signal);
  await writeFile(path, '');
  await clock.advance(60_000);
  expect(await source.get(signal)).toBe(one);
  await rm(path);
  await clock.advance(60_000);
  expect(await source.get(signal)).toBe(one);
});

test('the fallback holds until the file can be read, and its certificate goes with either token', async () => {
  const clock = new ManualClock();
  const path = join(directory, 'later');
  const certificate = { cert: 'c', key: 'k' };
  const source = tokenFile({ path, clock, fallback: { token: 'first', certificate } });
  expect(await source.get(signal)).toEqual({ token: 'first', certificate });
  await writeFile(path, 'second');
  await clock.advance(50_000);
  expect(await source.get(signal)).toEqual({ token: 'second', certificate });
});

test.for([
  ['', 'must not be empty'],
  ['two words', 'must hold one token and nothing else'],
] as const)('a file with %j gives no token', async ([content, problem]) => {
  const path = await newFile(content);
  await expect(tokenFile({ path, clock: new ManualClock() }).get(signal)).rejects.toThrow(
    `cannot use token file ${path}: it ${problem}`,
  );
});

test('a file that is not there gives no token, until it is', async () => {
  const path = join(directory, 'absent');
  const source = tokenFile({ path, clock: new ManualClock() });
  await expect(source.get(signal)).rejects.toThrow('it cannot be read (ENOENT)');
  await writeFile(path, 'here');
  expect(await source.get(signal)).toEqual({ token: 'here' });
});

test('an aborted caller gets the reason of its signal', async () => {
  const path = await newFile('one');
  await expect(tokenFile({ path, clock: new ManualClock() }).get(AbortSignal.abort('gone'))).rejects.toBe(
    'gone',
  );
});
