import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));

/** A repository with one commit, and what a developer does in it. */
class Scratch {
  readonly directory: string;

  private constructor(directory: string) {
    this.directory = directory;
  }

  static async create(): Promise<Scratch> {
    const scratch = new Scratch(await mkdtemp(join(tmpdir(), 'wheelwright-changes-')));
    onTestFinished(() => rm(scratch.directory, { recursive: true }));
    await run('git', ['init', '--quiet', '--initial-branch=main'], { cwd: scratch.directory });
    await scratch.write('changes/README.md', 'How to.\n');
    await scratch.write('CHANGELOG.md', '# Changelog\n\nIn words.\n');
    await scratch.write('package.json', '{"version": "1.0.0"}\n');
    await scratch.write('charts/wheelwright/Chart.yaml', 'version: 1.0.0\nappVersion: 1.0.0\n');
    await scratch.write('src/main.ts', 'export {};\n');
    await scratch.commit();
    await run('git', ['branch', 'base'], { cwd: scratch.directory });
    return scratch;
  }

  async write(path: string, text: string): Promise<void> {
    await mkdir(dirname(join(this.directory, path)), { recursive: true });
    await writeFile(join(this.directory, path), text);
  }

  async commit(): Promise<void> {
    const identity = ['-c', 'user.name=a', '-c', 'user.email=a@example.com', '-c', 'commit.gpgsign=false'];
    await run('git', ['add', '--all'], { cwd: this.directory });
    await run('git', [...identity, 'commit', '--quiet', '--message=x'], { cwd: this.directory });
  }

  /** What it says, after its exit code where that is not 0. */
  async changes(...args: readonly string[]): Promise<string> {
    const command = [join(root, 'scripts/changes.ts'), ...args];
    return run(process.execPath, command, { cwd: this.directory }).then(
      ({ stdout }) => stdout,
      ({ code, stderr }: { readonly code: number; readonly stderr: string }) => `${code}: ${stderr}`,
    );
  }
}

const fixed = '---\nkind: fixed\n---\nIt works.\n';

test.each([
  ['nothing', {}, ''],
  ['documents', { 'docs/a.md': 'x', 'test/a.ts': 'x' }, ''],
  ['a test', { 'src/a.test.ts': 'x', 'src/cli/golden/a.txt': 'x' }, ''],
  ['code with a note', { 'src/a.ts': 'x', 'changes/a.md': fixed }, ''],
  [
    'code with the reason for none',
    { 'src/a.ts': 'x', 'changes/a.md': '---\nnone: moves a function\n---\n' },
    '',
  ],
  ['code', { 'src/a.ts': 'x' }, '1: No note tells users of the change in src/a.ts. Add changes/NAME.md'],
  ['the chart', { 'charts/wheelwright/values.yaml': 'x' }, '1: No note tells'],
  [
    'definitions and the guide to notes',
    { 'crds/a.yaml': 'x', 'changes/README.md': 'y' },
    '1: No note tells',
  ],
  ['a note without fields', { 'changes/a.md': 'It works.' }, "1: changes/a.md must begin with a line '---'"],
  [
    'a note of no kind',
    { 'changes/a.md': '---\nkind: nice\n---\nx' },
    "1: changes/a.md must say 'kind: added|",
  ],
  ['a note without words', { 'changes/a.md': '---\nkind: fixed\n---\n' }, '1: changes/a.md must have a note'],
] as const)('a pull request with %s', async (_, files, says) => {
  const scratch = await Scratch.create();
  for (const [path, text] of Object.entries(files)) await scratch.write(path, text);
  if (Object.keys(files).length > 0) await scratch.commit();
  const said = await scratch.changes('check', 'base');
  expect({ refused: said !== '', said }).toEqual({
    refused: says !== '',
    said: expect.stringContaining(says),
  });
});

test('a release moves notes into the changelog, newest first, and only then its tag is right', async () => {
  const scratch = await Scratch.create();
  await scratch.write('changes/b.md', '---\nkind: added\nupgrade: Do this.\n---\nSomething\nnew.\n');
  await scratch.write('changes/a.md', fixed);
  await scratch.write('changes/c.md', '---\nnone: tidy\n---\n');
  expect(await scratch.changes('verify', '1.0.0')).toBe('1: CHANGELOG.md must have a section [1.0.0]\n');
  expect(await scratch.changes('release', '1.0.0')).toBe('');
  expect(await readdir(join(scratch.directory, 'changes'))).toEqual(['README.md']);
  const notes =
    '### Upgrading\n\n- Do this.\n\n### Added\n\n- Something\n  new.\n\n### Fixed\n\n- It works.\n';
  expect(await scratch.changes('notes', '1.0.0')).toBe(notes);
  expect(await scratch.changes('verify', '1.0.0')).toBe('');

  await scratch.write('changes/d.md', fixed);
  expect(await scratch.changes('verify', '1.0.0')).toContain('changes/d.md must be moved');
  expect(await scratch.changes('release', '1.0.0')).toBe('1: CHANGELOG.md has 1.0.0 already\n');
  expect(await scratch.changes('release', '1.0.1')).toBe('');
  const changelog = await readFile(join(scratch.directory, 'CHANGELOG.md'), 'utf8');
  const headings = [...changelog.matchAll(/^#.*$/gm)].map(([line]) =>
    line.replace(/ - \d{4}-\d{2}-\d{2}$/, ''),
  );
  expect(headings).toEqual([
    '# Changelog',
    '## [1.0.1]',
    '### Fixed',
    '## [1.0.0]',
    '### Upgrading',
    '### Added',
    '### Fixed',
  ]);
  expect(await scratch.changes('verify', '1.0.1')).toBe(
    '1: package.json must be 1.0.1, not 1.0.0; version of Chart.yaml must be 1.0.1, not 1.0.0; appVersion of Chart.yaml must be 1.0.1, not 1.0.0\n',
  );
  expect(await scratch.changes('release', '1.0.2')).toBe(
    '1: no change has a note: there is nothing to release\n',
  );
});

test('the notes of this repository are in order', async () => {
  const scratch = await Scratch.create();
  await cp(join(root, 'changes'), join(scratch.directory, 'changes'), { recursive: true });
  expect(await scratch.changes('check', 'base')).toBe('');
});
