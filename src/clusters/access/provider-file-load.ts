import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { AccessError } from './access-error.ts';
import { checkPluginLocation, type PluginCommandRules } from './plugin-command.ts';
import { parseProviderFile, type ProviderFile } from './provider-file.ts';

export interface ProviderFileOptions {
  readonly path: string;
  readonly commands: PluginCommandRules;
}

export interface LoadedProviderFile extends ProviderFile {
  /** SHA-256 of the file's content. */
  readonly hash: string;
}

/** Reads, parses and checks the provider file. Throws AccessError, whatever is wrong with it. */
export async function loadProviderFile({ path, commands }: ProviderFileOptions): Promise<LoadedProviderFile> {
  try {
    const content = await read(path);
    const file = parseProviderFile(content.toString('utf8'));
    for (const { exec } of file.providers)
      if (exec.type === 'plugin') await checkPluginLocation(exec.command, commands);
    return { ...file, hash: createHash('sha256').update(content).digest('hex') };
  } catch (error) {
    throw error instanceof AccessError ? error.about(`cannot use access provider file ${path}`) : error;
  }
}

async function read(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    const { code = 'unreadable' } = cause as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'there is no such file' : `it cannot be read (${code})`;
    throw new AccessError('ConfigInvalid', why, { cause });
  }
}
