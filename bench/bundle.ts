import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildAll } from '../scripts/build.ts';

/** The program as it is shipped, built from this checkout. */
export interface Bundle extends AsyncDisposable {
  /** The file that Node runs. */
  readonly program: string;
  /** What starts the operator, without its flags. */
  readonly command: readonly string[];
}

export async function buildBundle(): Promise<Bundle> {
  const directory = await mkdtemp(join(tmpdir(), 'wheelwright-bench-'));
  await buildAll(join(directory, 'dist'));
  const program = join(directory, 'dist', 'wheelwright');
  return {
    program,
    command: [process.execPath, program, 'operator'],
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  };
}
