import { execFile } from 'node:child_process';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { load } from 'js-yaml';
import { type Change, parseChange } from './changes/change.ts';
import { notesOf, withRelease } from './changes/changelog.ts';
import { isNote, parseNameStatus, withoutNote } from './changes/missing-note.ts';

/** Of the working directory, which is a checkout. Each throws with what is wrong. */
const commands: Readonly<Record<string, (argument: string) => Promise<void>>> = {
  /** Whether what has changed since a commit has a note. */
  async check(base) {
    await readChanges();
    const args = ['diff', '--name-status', '--find-renames', `${base}...HEAD`];
    const { stdout } = await promisify(execFile)('git', args);
    const files = withoutNote(parseNameStatus(stdout));
    if (files.length === 0) return;
    const remedy =
      'Add changes/NAME.md, as changes/README.md describes it, with a note or with the reason for none.';
    throw new Error(`No note tells users of the change in ${files.slice(0, 5).join(', ')}. ${remedy}`);
  },

  /** Moves the notes into CHANGELOG.md. */
  async release(version) {
    const changes = await readChanges();
    const date = new Date().toISOString().slice(0, 10);
    const notes = [...changes.values()].filter((change) => change !== undefined);
    await writeFile(
      'CHANGELOG.md',
      withRelease(await readFile('CHANGELOG.md', 'utf8'), notes, { version, date }),
    );
    for (const file of changes.keys()) await rm(file);
  },

  /** Prints what CHANGELOG.md has of a version. */
  async notes(version) {
    process.stdout.write(`${await releasedNotes(version)}\n`);
  },

  /** Whether everything that names the version names this one, and every note is in CHANGELOG.md. */
  async verify(version) {
    const manifest = JSON.parse(await readFile('package.json', 'utf8')) as { readonly version: string };
    const chart = load(await readFile('charts/wheelwright/Chart.yaml', 'utf8')) as Readonly<
      Record<string, unknown>
    >;
    const found = {
      'package.json': manifest.version,
      'version of Chart.yaml': chart['version'],
      'appVersion of Chart.yaml': chart['appVersion'],
    };
    const others = Object.entries(found).filter(([, is]) => is !== version);
    if (others.length > 0)
      throw new Error(
        others.map(([where, is]) => `${where} must be ${version}, not ${String(is)}`).join('; '),
      );
    await releasedNotes(version);
    const left = [...(await readChanges()).keys()];
    if (left.length > 0)
      throw new Error(`${left.join(', ')} must be moved into CHANGELOG.md: npm run changes release`);
  },
};

async function releasedNotes(version: string): Promise<string> {
  const notes = notesOf(await readFile('CHANGELOG.md', 'utf8'), version);
  if (notes === undefined) throw new Error(`CHANGELOG.md must have a section [${version}]`);
  return notes;
}

/** By file, in the order of names; undefined for one that says why there is none. */
async function readChanges(): Promise<ReadonlyMap<string, Change | undefined>> {
  const files = (await readdir('changes')).map((name) => join('changes', name)).filter(isNote);
  return new Map(
    await Promise.all(
      files.toSorted().map(async (file) => [file, parseChange(file, await readFile(file, 'utf8'))] as const),
    ),
  );
}

const [name = '', argument] = process.argv.slice(2);
const command = commands[name];
try {
  if (command === undefined || argument === undefined)
    throw new Error('npm run changes check COMMIT | release VERSION | notes VERSION | verify VERSION');
  await command(argument);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
