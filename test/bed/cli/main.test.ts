import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { kubeconfigYaml } from '../cluster/kubeconfig.ts';

const directory = mkdtempSync(join(tmpdir(), 'bed-main-'));
afterAll(() => rmSync(directory, { recursive: true }));
const kubeconfig = join(directory, 'kubeconfig');
writeFileSync(kubeconfig, kubeconfigYaml({ name: 'a', server: 'https://10.0.0.1', user: { token: 'b' } }));

async function bed(...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, '..', 'main.ts'), ...args]);
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => (stdout += String(chunk)));
  child.stderr.on('data', (chunk) => (stderr += String(chunk)));
  await once(child, 'close');
  return { code: child.exitCode, stdout, stderr };
}

test.each([
  [
    ['up', '--spokes', 'many'],
    /'--spokes <count>' argument 'many' is invalid\. It must be a whole number from 0 to 20/,
  ],
  [['up', '--spokes', '21'], /'--spokes <count>' argument '21' is invalid/],
  [['up', '--kubeconfigs', '/nowhere'], /--kubeconfigs '\/nowhere': '\/nowhere' cannot be read/],
  [
    ['up', '--kubeconfigs', kubeconfig, '--spokes', '1'],
    /'--kubeconfigs <files>' cannot be used with option '--spokes <count>'/,
  ],
  [['up', '--dirr', '/tmp'], /unknown option '--dirr'/],
  [['down'], /required option '--dir <directory>' not specified/],
  [['sideways'], /unknown command 'sideways'/],
])('%j is wrong usage', async (args, message) => {
  const { code, stdout, stderr } = await bed(...args);
  expect(stderr).toMatch(message);
  expect(stdout).toBe('');
  expect(code).toBe(2);
});

test('clusters that the user has are printed as one line of JSON, and nothing is started', async () => {
  const { code, stdout, stderr } = await bed('up', '--kubeconfigs', `${kubeconfig},${kubeconfig}`);
  expect(JSON.parse(stdout)).toMatchObject({ hub: kubeconfig, spokes: [kubeconfig], directory: null });
  expect(stdout.trimEnd()).not.toContain('\n');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
});

test('ending a bed that is not there is no failure', async () => {
  const { code, stderr } = await bed('down', '--dir', directory);
  expect(stderr).toBe(`No bed in '${directory}'.\n`);
  expect(code).toBe(0);
});
