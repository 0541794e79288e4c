import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { linkFaults, type Pages } from './faults.ts';
import { parsePage } from './page.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Every page of the checkout. */
export function readPages(): Pages {
  const files = ['*.md', '{docs,examples,charts}/**/*.md']
    .flatMap((each) => globSync(each, { cwd: root }))
    .toSorted();
  return new Map(files.map((file) => [file, parsePage(readFileSync(join(root, file), 'utf8'))]));
}

/** Links of a page that lead nowhere in the checkout. */
export function brokenLinks(file: string, pages: Pages): readonly string[] {
  return linkFaults(file, pages, (path) => pages.has(path) || existsSync(join(root, path)));
}
