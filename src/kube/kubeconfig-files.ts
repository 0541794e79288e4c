import { readFile } from 'node:fs/promises';
import { delimiter, dirname, join, resolve } from 'node:path';
import { type Kubeconfig, mergeKubeconfigs, parseKubeconfig } from './kubeconfig.ts';
import { KubeconfigError } from './kubeconfig-error.ts';

export interface KubeconfigLocation {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The user's home directory. */
  readonly home: string;
  /** What the user named on the command line; it must exist, and nothing else is read. */
  readonly explicit?: string | undefined;
}

/** kubectl's rule: the file named, else the list in KUBECONFIG, else ~/.kube/config. */
export function kubeconfigPaths({ env, home, explicit }: KubeconfigLocation): readonly string[] {
  if (explicit !== undefined) return [explicit];
  const listed = (env['KUBECONFIG'] ?? '').split(delimiter).filter((path) => path !== '');
  return listed.length > 0 ? [...new Set(listed)] : [join(home, '.kube', 'config')];
}

/**
 * Reads and merges kubeconfig files. Files that do not exist are passed over as long as one does. Throws KubeconfigError
 * for the first that cannot be read or parsed.
 */
export async function loadKubeconfigFiles(paths: readonly string[]): Promise<Kubeconfig> {
  const found: Kubeconfig[] = [];
  for (const path of paths.map((path) => resolve(path))) {
    const source = `kubeconfig ${path}`;
    const text = await readIfExists(path, source);
    if (text !== undefined) found.push(parseKubeconfig(text, { source, directory: dirname(path) }));
  }
  if (found.length > 0) return mergeKubeconfigs(found);
  const problem = 'no such file; name one with --kubeconfig or KUBECONFIG';
  throw new KubeconfigError('Unreadable', `kubeconfig ${paths.join(', ')}`, problem);
}

/** The text of a file, or undefined where there is none. Throws KubeconfigError about `source` for everything else. */
export async function readIfExists(path: string, source: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const { code = 'unreadable' } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw new KubeconfigError('Unreadable', source, `it cannot be read (${code})`, { cause });
  }
}
