import { runGo } from './go-command.ts';

/**
 * The directory of a module's files in Go's module cache, fetched when it is missing. `module` is `path` at the version that the
 * go.mod in `directory` requires, or `path@version`. Nothing of it may be written to.
 */
export async function goModuleDirectory(module: string, directory: string): Promise<string> {
  const answer = await runGo({ args: ['mod', 'download', '-json', module], directory });
  const { Dir: found } = JSON.parse(answer) as { Dir?: string };
  if (found === undefined) throw new Error(`go mod download gave no directory for module '${module}'`);
  return found;
}
