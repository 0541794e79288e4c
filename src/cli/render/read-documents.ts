import type { KubeObject } from '../../api/index.ts';
import { ManifestError, parseManifest, readManifestFiles } from '../../knative/index.ts';
import { usageError } from '../failure/cli-error.ts';
import type { Host } from '../host.ts';
import type { FileFlags } from './rendering-options.ts';

/** One object of a file. */
export interface GivenDocument {
  readonly object: KubeObject;
  /** Where it stands, for messages: `'cr.yaml'`, `standard input`. */
  readonly source: string;
}

/** Every object of the files and directories, in order. Throws CliError, or the reason of the signal. */
export async function readDocuments(
  { filename = [] }: FileFlags,
  host: Pick<Host, 'stdin'>,
  signal: AbortSignal,
): Promise<readonly GivenDocument[]> {
  const documents: GivenDocument[] = [];
  // Standard input can be read once.
  for (const path of new Set(filename)) {
    const read = path === '-' ? parse(await host.stdin(signal), 'standard input') : readFiles(path);
    documents.push(...(await read));
    signal.throwIfAborted();
  }
  return documents;
}

async function readFiles(path: string): Promise<readonly GivenDocument[]> {
  const files = await translated('WW5006', () => readManifestFiles(path));
  if (files === undefined)
    throw usageError(`There is no file '${path}'.`, {
      fix: 'name a file that is there, or - for standard input',
      code: 'WW5007',
    });
  const manifests = files.filter(({ name }) => name === path || /\.(ya?ml|json)$/.test(name));
  return (await Promise.all(manifests.map(({ name, text }) => parse(text, `'${name}'`)))).flat();
}

async function parse(text: string, source: string): Promise<readonly GivenDocument[]> {
  const objects = await translated('WW5007', async () => parseManifest(text, source.replaceAll("'", '')));
  return objects.map((object) => ({ object, source }));
}

async function translated<T>(code: `WW${number}`, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ManifestError)) throw error;
    const { message } = error;
    throw usageError(`${message.charAt(0).toUpperCase()}${message.slice(1)}.`, {
      fix: 'mend the file, or name another',
      code,
    });
  }
}
