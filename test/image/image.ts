import { execFile } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, readFile, stat, symlink } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { type Instruction, parseDockerfile, type Stage } from './dockerfile.ts';

export const repository = join(import.meta.dirname, '..', '..');

/** The files of an image and how it runs, but for what its base has. */
export interface Image {
  readonly directory: string;
  readonly env: Readonly<Record<string, string>>;
  readonly entrypoint: readonly string[];
  /** `uid:gid` */
  readonly user: string;
}

export async function stagesOfDockerfile(): Promise<readonly Stage[]> {
  return parseDockerfile(await readFile(join(repository, 'Dockerfile'), 'utf8'));
}

/**
 * Does what the Dockerfile's first stage says, in a copy of what .dockerignore lets through: all but installing packages, for
 * which it takes those of this checkout. Returns what images are made of.
 */
export async function buildStage(directory: string): Promise<string> {
  const context = await mkdtemp(join(directory, 'build-'));
  await copyContext(context);
  await symlink(join(repository, 'node_modules'), join(context, 'node_modules'));
  const [build] = await stagesOfDockerfile();
  const commands = (build?.instructions ?? []).filter(({ name }) => name === 'RUN');
  for (const { words } of commands.filter(({ words }) => words.join(' ') !== 'npm ci'))
    await promisify(execFile)('sh', ['-c', words.join(' ')], { cwd: context });
  return context;
}

/** .dockerignore leaves out everything but what its lines with an exclamation mark name, and of that the tests. */
async function copyContext(context: string): Promise<void> {
  const lines = (await readFile(join(repository, '.dockerignore'), 'utf8')).split('\n');
  const [all, ...names] = lines.filter((line) => line !== '' && !line.startsWith('#'));
  const last = names.pop();
  if (all !== '*' || last !== '**/*.test.ts' || !names.every((name) => name.startsWith('!')))
    throw new Error('.dockerignore must be *, then lines with an exclamation mark, then **/*.test.ts');
  const filter = (path: string): boolean => !path.endsWith('.test.ts');
  for (const name of names.map((line) => line.slice(1)))
    await cp(join(repository, name), join(context, name), { recursive: true, filter });
}

/** Puts the files of a stage that a build has made into a directory of their own. */
export async function assembleImage(name: string, build: string, directory: string): Promise<Image> {
  const stage = (await stagesOfDockerfile()).find((candidate) => candidate.name === name);
  if (stage === undefined) throw new Error(`the Dockerfile has no stage ${name}`);
  const image = await mkdtemp(join(directory, `${name}-`));
  // Everybody may look into an image.
  await chmod(image, 0o755);
  for (const instruction of stage.instructions.filter(({ name }) => name === 'COPY'))
    await copy(instruction, build, image);
  const last = (wanted: string): readonly string[] =>
    stage.instructions.findLast((instruction) => instruction.name === wanted)?.words ?? [];
  const variables = stage.instructions.filter(({ name }) => name === 'ENV').flatMap(({ words }) => words);
  return {
    directory: image,
    env: Object.fromEntries(variables.map((word) => word.split(/=(.*)/s).slice(0, 2) as [string, string])),
    entrypoint: last('ENTRYPOINT'),
    user: last('USER')[0] ?? '0:0',
  };
}

async function copy({ flags, words }: Instruction, build: string, image: string): Promise<void> {
  const target = words.at(-1) ?? '';
  for (const source of words.slice(0, -1)) {
    const from = join(build, relative('/build', source));
    const to = join(image, target.endsWith('/') ? join(target, basename(source)) : target);
    if (!(await stat(from)).isFile()) throw new Error(`COPY takes ${source}, which is no file`);
    await mkdir(join(to, '..'), { recursive: true });
    await cp(from, to);
    await chmod(to, Number.parseInt(flags['chmod'] ?? '0644', 8));
  }
}
