import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inflate } from '@sparticuz/chromium';
import { type Browser, chromium } from 'playwright-core';
import { cacheDirectory } from '../bed/builds/cache-directory.ts';

/** The browser itself, fonts, and the libraries that a machine without a desktop lacks. */
const archives = ['chromium.br', 'fonts.tar.br', 'al2023.tar.br'];

/**
 * A real Chromium without a window. CHROMIUM names one that is installed; else it is the one that lies in its npm package,
 * which is for Linux on x64. Neither needs a download. Whoever launches it closes it.
 */
export async function launchChromium(): Promise<Browser> {
  const { CHROMIUM: installed } = process.env;
  if (installed !== undefined) return chromium.launch({ executablePath: installed });
  const { arch, platform } = process;
  if (platform !== 'linux' || arch !== 'x64')
    throw new Error(
      `the Chromium of the npm package is for Linux on x64, not ${platform} on ${arch}: name another by CHROMIUM`,
    );
  const directory = await unpacked();
  return chromium.launch({
    executablePath: join(directory, 'chromium'),
    env: {
      ...process.env,
      LD_LIBRARY_PATH: join(directory, 'al2023', 'lib'),
      FONTCONFIG_PATH: join(directory, 'fonts'),
    },
  });
}

/** The folder it was unpacked to, once for all runs. One that was not unpacked to its end is never seen. */
async function unpacked(): Promise<string> {
  const source = fileURLToPath(new URL('../bin/', import.meta.resolve('@sparticuz/chromium')));
  const cache = cacheDirectory('wheelwright-browser');
  const directory = join(cache, `chromium-${await versionOf(source)}`);
  if (existsSync(directory)) return directory;
  await mkdir(cache, { recursive: true });
  const staging = await mkdtemp(join(cache, 'chromium-'));
  try {
    await inflateInto(staging, source);
    await writeFile(join(staging, 'fonts', 'fonts.conf'), fontsOf(directory));
    await rename(staging, directory);
  } catch (error) {
    // Another run was first.
    if (!existsSync(directory)) throw error;
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
  return directory;
}

/** The one in the package names places that only its makers have; a browser without any font shows no text. */
function fontsOf(directory: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>${join(directory, 'fonts')}</dir><cachedir>${join(directory, 'fonts-cache')}</cachedir></fontconfig>
`;
}

/** The package only unpacks into the directory for temporary files. */
async function inflateInto(directory: string, source: string): Promise<void> {
  const { TMPDIR: before } = process.env;
  process.env['TMPDIR'] = directory;
  try {
    await Promise.all(archives.map((name) => inflate(join(source, name))));
  } finally {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
  }
}

async function versionOf(source: string): Promise<string> {
  const { default: manifest } = (await import(join(source, '..', 'package.json'), {
    with: { type: 'json' },
  })) as { readonly default: { readonly version: string } };
  return manifest.version;
}
