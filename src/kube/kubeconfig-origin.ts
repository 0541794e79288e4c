import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { KubeconfigError, type KubeconfigErrorKind } from './kubeconfig-error.ts';
import { fieldPath } from './kubeconfig-issue.ts';

/** Where an entry of a kubeconfig was written: for messages, and for the paths in it. */
export interface KubeconfigOrigin {
  readonly source: string;
  /** Relative paths start here; absent where there is no file. */
  readonly directory: string | undefined;
  /** `users[0].user`. */
  readonly path: readonly (string | number)[];
}

/** `problem` is the end of a sentence that begins with the field. */
export function fieldError(
  kind: KubeconfigErrorKind,
  origin: KubeconfigOrigin,
  field: string,
  problem: string,
  options?: ErrorOptions,
): KubeconfigError {
  return new KubeconfigError(
    kind,
    origin.source,
    `${fieldPath([...origin.path, field])} ${problem}`,
    options,
  );
}

export function resolvePath({ directory }: KubeconfigOrigin, path: string): string {
  return resolve(directory ?? '/', path);
}

/** The text of the file that a field names. Throws KubeconfigError. */
export async function readReferenced(origin: KubeconfigOrigin, field: string, path: string): Promise<string> {
  const file = resolvePath(origin, path);
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    const { code = 'unreadable' } = cause as NodeJS.ErrnoException;
    const problem = `must name a readable file, and '${file}' is not (${code})`;
    throw fieldError('Unreadable', origin, field, problem, { cause });
  }
}
