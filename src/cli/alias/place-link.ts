import { randomUUID } from 'node:crypto';
import { rename, rm, symlink } from 'node:fs/promises';

/** Whoever calls the name meanwhile finds the old link or the new one. Throws what the operating system refuses. */
export async function placeLink(program: string, link: string): Promise<void> {
  const beside = `${link}.${randomUUID()}`;
  await symlink(program, beside);
  try {
    await rename(beside, link);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}
