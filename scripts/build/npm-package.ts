import { chmod, copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildAll } from '../build.ts';
import { readManifest, root } from './bundle-options.ts';

/** What npm links into the user's PATH; the file of a name tells the program by which it was called, on Windows too. */
const aliases = ['kubectl-wheelwright', 'kubectl_complete-wheelwright'] as const;

/** The program as it is built, and what it needs beside it. */
const bundle = ['wheelwright', 'grpc.mjs', 'otel.mjs', 'THIRD-PARTY-NOTICES'] as const;

/** Fills a directory with what is published: the bundle, which needs no other package, its licences, and the README. */
export async function buildNpmPackage(directory: string): Promise<void> {
  const build = await mkdtemp(join(tmpdir(), 'wheelwright-npm-'));
  try {
    await buildAll(build);
    await rm(directory, { recursive: true, force: true });
    await mkdir(directory, { recursive: true });
    for (const name of bundle) await copyFile(join(build, name), join(directory, name));
    for (const name of ['LICENSE', 'README.md']) await copyFile(join(root, name), join(directory, name));
    for (const name of aliases) {
      const file = join(directory, name);
      await writeFile(file, "#!/usr/bin/env node\n// wheelwright\nawait import('./wheelwright');\n");
      await chmod(file, 0o755);
    }
    await writeFile(join(directory, 'package.json'), `${JSON.stringify(await manifest(), null, 2)}\n`);
  } finally {
    await rm(build, { recursive: true });
  }
}

async function manifest(): Promise<object> {
  const { name, version, description, license } = await readManifest();
  return {
    name,
    version,
    description,
    license,
    keywords: ['kubernetes', 'kubectl-plugin', 'knative', 'multicluster', 'autoscaling'],
    homepage: 'https://github.com/wheelwright/wheelwright',
    // npm compares it with where the provenance comes from.
    repository: { type: 'git', url: 'git+https://github.com/wheelwright/wheelwright.git' },
    type: 'module',
    engines: { node: '>=24' },
    bin: Object.fromEntries(['wheelwright', ...aliases].map((command) => [command, command])),
    files: [...bundle, ...aliases],
  };
}
