import { access, constants, readFile } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';
import { load } from 'js-yaml';
import { z } from 'zod';
import { UsageError } from './usage-error.ts';

/** What `up` prints: absolute paths. */
export interface BedPaths {
  /** Kubeconfig files. */
  readonly hub: string;
  readonly spokes: readonly string[];
  /** Null where none was found. */
  readonly kubectl: string | null;
  /** Null where the clusters are somebody else's. */
  readonly directory: string | null;
}

const flag = '--kubeconfigs';
const remedy = 'name kubeconfig files separated by commas, first that of the hub';
const kubeconfig = z.object({
  clusters: z.array(z.unknown()).min(1),
  contexts: z.array(z.unknown()).min(1),
  'current-context': z.string().min(1),
});

/** Clusters that the user has, from `hub,spoke,…`. Throws UsageError for a file that is no usable kubeconfig. */
export async function givenClusters(list: string): Promise<BedPaths> {
  const paths = list.split(',').map((path) => path.trim());
  await Promise.all(paths.map((path) => checkKubeconfig(list, path)));
  const [hub = '', ...spokes] = paths.map((path) => resolve(path));
  return { hub, spokes, kubectl: await findInPath('kubectl'), directory: null };
}

async function checkKubeconfig(list: string, path: string): Promise<void> {
  if (path === '') throw new UsageError(flag, list, `a path between the commas is empty; ${remedy}`);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new UsageError(
      flag,
      list,
      `'${path}' cannot be read (${(error as NodeJS.ErrnoException).code}); ${remedy}`,
    );
  }
  const parsed = kubeconfig.safeParse(parseYaml(text));
  if (parsed.success) return;
  const field = parsed.error.issues[0]?.path.join('.') ?? '';
  const problem = field === '' ? 'is not YAML with an object in it' : `has no valid ${field}`;
  throw new UsageError(flag, list, `'${path}' ${problem}; ${remedy}`);
}

/** The text may hold credentials: no part of it gets into a message. */
function parseYaml(text: string): unknown {
  try {
    return load(text);
  } catch {
    return undefined;
  }
}

async function findInPath(command: string): Promise<string | null> {
  for (const directory of (process.env['PATH'] ?? '').split(delimiter)) {
    const path = join(directory, command);
    try {
      await access(path, constants.X_OK);
      return path;
    } catch {
      continue;
    }
  }
  return null;
}
