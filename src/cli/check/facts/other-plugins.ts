import { access, constants, realpath } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/** The files that come first in PATH under the names of our plugins, and are not this program; `script` is what was called. */
export async function otherPlugins(path: string, script: string): Promise<readonly string[]> {
  const own = await realpath(script).catch(() => script);
  const directories = path.split(delimiter).filter((entry) => entry !== '');
  const first = await Promise.all(
    ['kubectl-mc', 'kubectl-wheelwright'].map((name) =>
      firstOf(directories.map((entry) => join(entry, name))),
    ),
  );
  const found = await Promise.all(
    first.map(async (file) => (file === undefined || (await realpath(file)) === own ? [] : [file])),
  );
  return found.flat();
}

/** As the shell looks: what cannot be executed is passed over. */
async function firstOf(files: readonly string[]): Promise<string | undefined> {
  for (const file of files) {
    const isThere = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isThere) return file;
  }
  return undefined;
}
