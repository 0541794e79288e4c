import { mkdirSync, mkdtempSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { expect, it } from 'vitest';
import { directorySource, readManifestFiles } from './directory-source.ts';

const { signal } = new AbortController();

function root(): string {
  const directory = mkdtempSync(join(tmpdir(), 'manifests-'));
  mkdirSync(join(directory, 'knative-serving/1.22.1/nested'), { recursive: true });
  mkdirSync(join(directory, 'knative-serving/latest'));
  writeFileSync(join(directory, 'knative-serving/README'), 'not a release');
  writeFileSync(join(directory, 'knative-serving/1.22.1/2-core.yaml'), 'two');
  writeFileSync(join(directory, 'knative-serving/1.22.1/1-crds.yaml'), 'one');
  writeFileSync(join(directory, 'knative-serving/1.22.1/nested/3.yaml'), 'not read');
  symlinkSync('2-core.yaml', join(directory, 'knative-serving/1.22.1/3-link.yaml'));
  symlinkSync('nowhere', join(directory, 'knative-serving/1.22.1/4-dangling.yaml'));
  symlinkSync('nowhere', join(directory, 'knative-serving/dangling'));
  return directory;
}

it('lists directories as releases, and nothing else', async () => {
  expect([...(await directorySource(root()).versions('knative-serving'))].sort()).toEqual([
    '1.22.1',
    'latest',
  ]);
});

it('reads the regular files of a release in the order of their names', async () => {
  const files = await directorySource(root()).read('knative-serving/1.22.1', signal);
  expect(files?.map(({ name, text }) => [basename(name), text])).toEqual([
    ['1-crds.yaml', 'one'],
    ['2-core.yaml', 'two'],
    ['3-link.yaml', 'two'],
  ]);
});

it('has nothing where there is no directory', async () => {
  const source = directorySource(join(tmpdir(), 'no-such-directory'));
  expect(await source.versions('knative-serving')).toEqual([]);
  expect(await source.read('knative-serving/1.22.1', signal)).toBeUndefined();
  expect(await directorySource(root()).versions('knative-serving/README')).toEqual([]);
});

it('reads one file, but nothing without end', async () => {
  const file = join(root(), 'knative-serving/1.22.1/2-core.yaml');
  expect(await readManifestFiles(file)).toEqual([{ name: file, text: 'two' }]);
  await expect(readManifestFiles('/dev/zero')).rejects.toThrow(
    "'/dev/zero' is neither a file nor a directory",
  );
  const sparse = join(root(), 'sparse.yaml');
  writeFileSync(sparse, '');
  truncateSync(sparse, 33 * 2 ** 20);
  await expect(readManifestFiles(sparse)).rejects.toThrow('is larger than 33554432 bytes');
});
