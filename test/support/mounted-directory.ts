import { mkdir, readdir, readlink, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * A directory as the kubelet mounts a Secret or a ConfigMap: the files lie in a directory with a time for a name, `..data`
 * is a link to that, and each file has a link beside. A change is the swap of `..data`.
 */
export class MountedDirectory {
  readonly path: string;
  #version = 0;

  private constructor(path: string) {
    this.path = path;
  }

  static async create(path: string, files: Readonly<Record<string, string>> = {}): Promise<MountedDirectory> {
    await mkdir(path, { recursive: true });
    const mounted = new MountedDirectory(path);
    await mounted.write(files);
    return mounted;
  }

  /** These files, and no others, from one moment to the next. */
  async write(files: Readonly<Record<string, string>>): Promise<void> {
    const version = `..2026_01_01_00_00_00.${String(++this.#version)}`;
    await mkdir(join(this.path, version));
    for (const [name, text] of Object.entries(files)) await writeFile(join(this.path, version, name), text);
    const before = await readlink(join(this.path, '..data')).catch(() => undefined);
    await symlink(version, join(this.path, '..data_tmp'));
    await rename(join(this.path, '..data_tmp'), join(this.path, '..data'));
    const links = (await readdir(this.path)).filter((name) => !name.startsWith('..'));
    for (const name of Object.keys(files))
      if (!links.includes(name)) await symlink(`..data/${name}`, join(this.path, name));
    for (const name of links) if (!Object.hasOwn(files, name)) await rm(join(this.path, name));
    if (before !== undefined) await rm(join(this.path, before), { recursive: true });
  }
}
