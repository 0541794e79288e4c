import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { kubeconfigPaths, loadKubeconfigFiles } from './kubeconfig-files.ts';

const directory = await mkdtemp(join(tmpdir(), 'kubeconfig-'));
const first = join(directory, 'first');
const second = join(directory, 'second');
await writeFile(first, 'users: [{name: a, user: {token: first}}]');
await writeFile(second, 'current-context: c\nusers: [{name: a, user: {token: second}}]');

test.for([
  [{ env: {}, home: '/home/a' }, ['/home/a/.kube/config']],
  [{ env: { KUBECONFIG: '' }, home: '/home/a' }, ['/home/a/.kube/config']],
  [{ env: { KUBECONFIG: '/x::/y:/x' }, home: '/home/a' }, ['/x', '/y']],
  [{ env: { KUBECONFIG: '/x' }, home: '/home/a', explicit: './mine' }, ['./mine']],
] as const)('%j means the files %j', ([location, paths]) => {
  expect(kubeconfigPaths(location)).toEqual(paths);
});

test('files are merged, the first winning, and those that are not there are passed over', async () => {
  const kubeconfig = await loadKubeconfigFiles([join(directory, 'missing'), first, second]);
  expect(kubeconfig.currentContext).toBe('c');
  expect(kubeconfig.users.get('a')).toEqual({
    value: { token: 'first' },
    origin: { source: `kubeconfig ${first}`, directory, path: ['users', 0, 'user'] },
  });
});

test('no file at all is an error that names them', async () => {
  await expect(loadKubeconfigFiles(['/no/such/a', '/no/such/b'])).rejects.toThrow(
    'cannot use kubeconfig /no/such/a, /no/such/b: no such file',
  );
});

test('a file that cannot be read is an error, even beside one that can', async () => {
  const folder = join(directory, 'folder');
  await mkdir(folder, { recursive: true });
  await expect(loadKubeconfigFiles([first, folder])).rejects.toThrow(
    `cannot use kubeconfig ${folder}: it cannot be read (EISDIR)`,
  );
});
