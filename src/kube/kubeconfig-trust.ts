import { realpath, stat } from 'node:fs/promises';
import { resolve, sep } from 'node:path';
import type { SelectedContext } from './kubeconfig.ts';
import type { KubeconfigError } from './kubeconfig-error.ts';
import { fieldError, type KubeconfigOrigin, resolvePath } from './kubeconfig-origin.ts';

/**
 * `trusted` is for what the user of this process wrote: it may name files and programs. Everything else came over an API
 * or from a volume: commands and auth providers are refused, whoever wrote it, and the rest goes by the rules.
 */
export type KubeconfigTrust = 'trusted' | UntrustedRules;

/** Without any, http, insecure TLS and files are refused as well. */
export interface UntrustedRules {
  readonly allowHttp?: boolean | undefined;
  readonly allowInsecureTls?: boolean | undefined;
  /** Files may be named that lie in this directory or below it, links followed. */
  readonly filesBelow?: string | undefined;
}

/** Far more than any certificate or token has. */
const largestFile = 1 << 20;

/** Throws KubeconfigError of kind PolicyDenied. */
export async function refuseUntrusted(
  { cluster, clusterOrigin, user, userOrigin }: SelectedContext,
  { allowHttp = false, allowInsecureTls = false, filesBelow }: UntrustedRules,
): Promise<void> {
  const inCluster = (field: string, rule: string): KubeconfigError =>
    fieldError('PolicyDenied', clusterOrigin, field, rule);
  const inUser = (field: string, rule: string): KubeconfigError =>
    fieldError('PolicyDenied', userOrigin, field, rule);
  if (cluster['insecure-skip-tls-verify'] && !allowInsecureTls)
    throw inCluster('insecure-skip-tls-verify', 'must not be true; set certificate-authority-data');
  if (/^http:/i.test(cluster.server ?? '') && !allowHttp)
    throw inCluster('server', 'must begin with https://');
  if (user?.exec != null) throw inUser('exec', 'must not be set: no commands are run for such a kubeconfig');
  for (const field of ['as', 'as-uid', 'as-groups', 'as-user-extra'] as const)
    if (isSet(user?.[field])) throw inUser(field, 'must not be set: calls are made for the user itself');
  if (user?.['auth-provider'] != null) throw inUser('auth-provider', 'must not be set; use a token');
  const files = [
    [clusterOrigin, 'certificate-authority', cluster['certificate-authority'], 'certificate-authority-data'],
    [userOrigin, 'tokenFile', user?.tokenFile, 'token'],
    [userOrigin, 'client-certificate', user?.['client-certificate'], 'client-certificate-data'],
    [userOrigin, 'client-key', user?.['client-key'], 'client-key-data'],
  ] as const;
  for (const [origin, field, path, instead] of files) {
    if (path === undefined) continue;
    if (filesBelow === undefined)
      throw fieldError('PolicyDenied', origin, field, `must not name a file; use ${instead}`);
    await refuseOutside(origin, field, path, filesBelow);
  }
}

function isSet(value: unknown): boolean {
  return value != null && (typeof value !== 'object' || Object.keys(value).length > 0);
}

/** A named pipe would be waited for, a device read for ever. */
async function refuseOutside(
  origin: KubeconfigOrigin,
  field: string,
  path: string,
  directory: string,
): Promise<void> {
  const file = resolvePath(origin, path);
  const refuse = (rule: string): KubeconfigError => fieldError('PolicyDenied', origin, field, rule);
  if (!isBelow(file, resolve(directory))) throw refuse(`must name a file below ${directory}`);
  const [target, root] = await Promise.all([realpath(file), realpath(directory)]).catch((cause: unknown) => {
    const { code = 'unreadable' } = cause as NodeJS.ErrnoException;
    const problem = `must name a readable file, and '${file}' is not (${code})`;
    throw fieldError('Unreadable', origin, field, problem, { cause });
  });
  if (!isBelow(target, root)) throw refuse(`must name a file below ${directory}, also where it is a link`);
  const { size, isFile } = await stat(target).then((found) => ({
    size: found.size,
    isFile: found.isFile(),
  }));
  if (!isFile) throw refuse('must name a file, and nothing else');
  if (size > largestFile) throw refuse('must name a file of up to 1 MiB');
}

export function isBelow(path: string, directory: string): boolean {
  return path.startsWith(directory.endsWith(sep) ? directory : `${directory}${sep}`);
}
