import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { kubeconfigYaml } from '../cluster/kubeconfig.ts';
import { givenClusters } from './given-clusters.ts';
import { UsageError } from './usage-error.ts';

const directory = mkdtempSync(join(tmpdir(), 'bed-given-'));
afterAll(() => rmSync(directory, { recursive: true }));

function file(name: string, text: string): string {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
}

const good = kubeconfigYaml({ name: 'a', server: 'https://10.0.0.1', user: { token: 'very-secret' } });

test('the first file is the hub, the others are spokes', async () => {
  const [hub, east, west] = [file('hub', good), file('east', good), file('west', good)];
  expect(await givenClusters(`${hub}, ${east},${west}`)).toMatchObject({
    hub,
    spokes: [east, west],
    directory: null,
  });
});

test.each([
  ['a missing file', join(directory, 'missing'), /missing' cannot be read \(ENOENT\)/],
  ['an empty path', `${file('hub', good)},`, /a path between the commas is empty/],
  [
    'a file without clusters',
    file('none', good.replace('clusters:', 'cluster:')),
    /none' has no valid clusters/,
  ],
  [
    'a file without current context',
    file('lost', good.replace('current-context: a', '')),
    /lost' has no valid current-context/,
  ],
  [
    'a file that is not YAML',
    file('broken', `token: "very-secret\n${good}`),
    /broken' is not YAML with an object in it/,
  ],
])('%s is refused with flag, value and remedy, and without its content', async (_, list, problem) => {
  const error = await givenClusters(list).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(UsageError);
  const { message } = error as UsageError;
  expect(message.startsWith(`--kubeconfigs '${list}': `)).toBe(true);
  expect(message).toMatch(problem);
  expect(message).toMatch(/; name kubeconfig files separated by commas, first that of the hub$/);
  expect(message).not.toContain('very-secret');
});
