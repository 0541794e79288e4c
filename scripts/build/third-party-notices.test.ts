import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { packageDirectory, thirdPartyNotices } from './third-party-notices.ts';

test.each([
  ['src/main.ts', undefined],
  ['node_modules/zod/v4/index.js', 'node_modules/zod'],
  ['node_modules/@grpc/grpc-js/build/index.js', 'node_modules/@grpc/grpc-js'],
  ['../elsewhere/node_modules/pino/pino.js', '../elsewhere/node_modules/pino'],
  ['node_modules/a/node_modules/b/c.js', 'node_modules/a/node_modules/b'],
])('%s belongs to %s', (input, directory) => {
  expect(packageDirectory(input)).toBe(directory);
});

async function packages(
  content: Readonly<Record<string, Readonly<Record<string, string>>>>,
): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'wheelwright-notices-'));
  onTestFinished(() => rm(root, { recursive: true }));
  for (const [name, files] of Object.entries(content)) {
    await mkdir(join(root, 'node_modules', name), { recursive: true });
    for (const [file, text] of Object.entries(files))
      await writeFile(join(root, 'node_modules', name, file), text);
  }
  return root;
}

const manifest = (name: string, license?: string): string =>
  JSON.stringify({ name, version: '1.2.3', license });

test('each package is named once, with the text of its licence, sorted', async () => {
  const root = await packages({
    zebra: { 'package.json': manifest('zebra', 'MIT'), LICENSE: 'Do as you like.\r\nReally.\r\n' },
    ant: { 'package.json': manifest('ant', 'BSD-3-Clause'), 'licence.md': 'Keep this.' },
  });
  const inputs = [
    'src/main.ts',
    'node_modules/zebra/a.js',
    'node_modules/zebra/b.js',
    'node_modules/ant/a.js',
  ];
  const lines = (await thirdPartyNotices(inputs, root)).split('\n').filter((line) => line !== '');
  const rule = '='.repeat(80);
  expect(lines).toEqual([
    'Wheelwright contains the following packages.',
    rule,
    'ant 1.2.3 (BSD-3-Clause)',
    'Keep this.',
    rule,
    'zebra 1.2.3 (MIT)',
    'Do as you like.',
    'Really.',
  ]);
});

test.each([
  ['no licence', { 'package.json': manifest('bare'), LICENSE: 'x' }],
  ['no text of it', { 'package.json': manifest('bare', 'MIT') }],
])('a package with %s is not bundled', async (_, files) => {
  const root = await packages({ bare: files });
  await expect(thirdPartyNotices(['node_modules/bare/a.js'], root)).rejects.toThrow(
    'the package bare 1.2.3 has no',
  );
});
