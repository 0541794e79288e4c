import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { AccessError } from './access-error.ts';

/** By path: what is known of the file that was there when it was read last. */
const known = new Map<string, { readonly version: string; readonly sha256: string }>();

/**
 * Throws AccessError of kind PolicyDenied where a plugin is not the program that the access provider file pins by the
 * SHA-256 of its content. Read again only when the file is another one or was written to.
 */
export async function checkPluginPin(command: string, sha256: string): Promise<void> {
  const { dev, ino, size, mtimeNs, ctimeNs } = await stat(command, { bigint: true });
  const version = [dev, ino, size, mtimeNs, ctimeNs].join(' ');
  const before = known.get(command);
  const found = before?.version === version ? before.sha256 : await hashOf(command);
  known.set(command, { version, sha256: found });
  if (found === sha256) return;
  throw new AccessError(
    'PolicyDenied',
    `plugin '${command}' is not the program that the access provider file pins: its SHA-256 is ${found}. Put the right one back, or change execConfig.sha256`,
  );
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
