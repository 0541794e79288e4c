import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { type Kubeconfig, KubeconfigError, parseKubeconfig } from '../../kube/index.ts';
import type { ServerPolicy } from '../access/index.ts';
import { fileAlias } from './file-alias.ts';
import { memberAccess, type MemberAccess } from './member-kubeconfig.ts';

/** One context of one file. */
export interface FoundContext {
  /** `path+context`. */
  readonly local: string;
  readonly alias: string | undefined;
  /** What it leads to, or why to nothing. */
  readonly result: MemberAccess | KubeconfigError;
}

/** What became of one file. */
export type FoundFile =
  | { readonly contexts: readonly FoundContext[] }
  | { readonly problem: KubeconfigError };

export interface KubeconfigDirectoryOptions {
  readonly directory: string;
  readonly policy: ServerPolicy;
}

/** As multicluster-runtime looks for them. */
const kubeconfigName = /^(kubeconfig\.ya?ml|.*\.kubeconfig(\.ya?ml)?)$/;
const largestFile = 4 << 20;

/**
 * Reads every kubeconfig file of a directory, but not of those below. What is wrong with one file or context is told in
 * its place. Throws NodeJS.ErrnoException where the directory cannot be read.
 */
export async function readKubeconfigDirectory({
  directory,
  policy,
}: KubeconfigDirectoryOptions): Promise<ReadonlyMap<string, FoundFile>> {
  const root = await realpath(directory);
  const names = await readdir(directory);
  // Mounted Secrets have their data in directories that begin with two dots, and links to them beside.
  const files = names.filter((name) => kubeconfigName.test(name) && !name.startsWith('..')).sort();
  const found = new Map<string, FoundFile>();
  for (const fileName of files) {
    const path = join(directory, fileName);
    found.set(path, await readOne(path, fileName, { directory, root, policy }));
  }
  return found;
}

interface Place extends KubeconfigDirectoryOptions {
  readonly root: string;
}

async function readOne(path: string, fileName: string, place: Place): Promise<FoundFile> {
  try {
    const kubeconfig = parseKubeconfig(await textOf(path, place), {
      source: `kubeconfig ${path}`,
      directory: dirname(path),
    });
    const contexts = [...kubeconfig.contexts.keys()];
    const read = async (context: string): Promise<FoundContext> => ({
      local: `${path}+${context}`,
      alias: fileAlias({ context, fileName, contexts: contexts.length }),
      result: await accessOf(kubeconfig, context, place),
    });
    return { contexts: await Promise.all(contexts.map(read)) };
  } catch (error) {
    if (error instanceof KubeconfigError) return { problem: error };
    throw error;
  }
}

async function accessOf(
  kubeconfig: Kubeconfig,
  context: string,
  { policy, directory }: Place,
): Promise<MemberAccess | KubeconfigError> {
  try {
    return await memberAccess(kubeconfig, { context, policy, filesBelow: directory });
  } catch (error) {
    if (error instanceof KubeconfigError) return error;
    throw error;
  }
}

/** A named pipe would be waited for, and a link may lead to where others keep their secrets. */
async function textOf(path: string, { root, directory }: Place): Promise<string> {
  const source = `kubeconfig ${path}`;
  const refuse = (problem: string): KubeconfigError => new KubeconfigError('PolicyDenied', source, problem);
  try {
    const target = await realpath(path);
    if (!target.startsWith(`${root}${sep}`))
      throw refuse(`it must lie below ${directory}, also where it is a link`);
    const found = await stat(target);
    if (!found.isFile()) throw refuse('it must be a file');
    if (found.size > largestFile) throw refuse('it must not be larger than 4 MiB');
    return await readFile(target, 'utf8');
  } catch (cause) {
    if (cause instanceof KubeconfigError) throw cause;
    const { code = 'unreadable' } = cause as NodeJS.ErrnoException;
    throw new KubeconfigError('Unreadable', source, `it cannot be read (${code})`, { cause });
  }
}
