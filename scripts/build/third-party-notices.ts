import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * What the licences of bundled packages ask for: each package with its version, its licence and that licence's text, sorted
 * by name. `inputs` are the files of a bundle, below `root`. Throws where a package has no text of a licence.
 */
export async function thirdPartyNotices(inputs: readonly string[], root: string): Promise<string> {
  const directories = [...new Set(inputs.flatMap((input) => packageDirectory(input) ?? []))];
  const notices = await Promise.all(directories.map((directory) => noticeOf(join(root, directory))));
  return `Wheelwright contains the following packages.\n\n${notices.toSorted().join('\n')}`;
}

const packagePath = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/;

/** The innermost package that the file belongs to; undefined for a file of this repository. */
export function packageDirectory(input: string): string | undefined {
  return packagePath.exec(input)?.[0];
}

async function noticeOf(directory: string): Promise<string> {
  const { name, version, license } = JSON.parse(await readFile(join(directory, 'package.json'), 'utf8')) as {
    readonly name: string;
    readonly version: string;
    readonly license?: string;
  };
  const file = (await readdir(directory)).find((entry) => /^(licen[cs]e|copying)(\.|-|$)/i.test(entry));
  if (license === undefined || file === undefined)
    throw new Error(`the package ${name} ${version} has no licence, or no file with its text: ${directory}`);
  const text = (await readFile(join(directory, file), 'utf8')).replaceAll('\r\n', '\n').trim();
  return `${'='.repeat(80)}\n${name} ${version} (${license})\n\n${text}\n`;
}
