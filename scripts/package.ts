import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { readManifest, root } from './build/bundle-options.ts';
import { archiveName, executableName, krewManifest, platformOf } from './build/krew-manifest.ts';
import { buildNpmPackage } from './build/npm-package.ts';
import { buildSingleExecutable } from './build/single-executable.ts';

const dist = join(root, 'dist');

/** Each writes what is released into `dist` and resolves with its path. */
const packages: Readonly<Record<string, (...args: readonly string[]) => Promise<string>>> = {
  async npm() {
    const directory = join(dist, 'npm');
    await buildNpmPackage(directory);
    return directory;
  },

  /** An archive for this system and this processor. */
  async executable() {
    const { version } = await readManifest();
    const platform = platformOf(process.platform, process.arch);
    const archive = join(dist, 'executable', archiveName(version, platform));
    const directory = await mkdtemp(join(tmpdir(), 'wheelwright-package-'));
    try {
      const executable = executableName(platform.os);
      const notices = await buildSingleExecutable(join(directory, executable));
      await copyFile(join(root, 'LICENSE'), join(directory, 'LICENSE'));
      await writeFile(join(directory, 'THIRD-PARTY-NOTICES'), notices);
      await writeFile(join(directory, 'LICENSE-NODE'), await licenseOfNode());
      await mkdir(dirname(archive), { recursive: true });
      const content = [executable, 'LICENSE', 'LICENSE-NODE', 'THIRD-PARTY-NOTICES'];
      // A path with a drive is a machine to some tars: the archive is a relative one.
      await promisify(execFile)('tar', ['-czf', 'archive.tar.gz', ...content], { cwd: directory });
      await copyFile(join(directory, 'archive.tar.gz'), archive);
    } finally {
      await rm(directory, { recursive: true });
    }
    return archive;
  },

  /** `checksums` is a file with the output of sha256sum. */
  async krew(checksums = 'SHA256SUMS') {
    const { version } = await readManifest();
    const file = join(dist, 'krew', 'wheelwright.yaml');
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, krewManifest({ version, checksums: await readFile(checksums, 'utf8') }));
    return file;
  },
};

/** Node's own archives have it beside or above the program; the npm package with Node in it does not. */
async function licenseOfNode(): Promise<string> {
  const directory = dirname(await realpath(process.execPath));
  for (const place of [directory, dirname(directory)]) {
    const text = await readFile(join(place, 'LICENSE'), 'utf8').catch(() => '');
    if (text.startsWith('Node.js is licensed')) return text;
  }
  return `https://github.com/nodejs/node/blob/${process.version}/LICENSE\n`;
}

const [what = '', ...args] = process.argv.slice(2);
const make = packages[what];
if (make === undefined) {
  process.stderr.write(`npm run package -- ${Object.keys(packages).join('|')}\n`);
  process.exitCode = 2;
} else {
  process.stdout.write(`${await make(...args)}\n`);
}
