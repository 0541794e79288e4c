import { readFileSync } from 'node:fs';
import type { Reply } from './reply.ts';

declare const WHEELWRIGHT_BROWSER_FILES: Readonly<Record<BrowserFile, string>> | undefined;

/** What a browser gets beside the pages, and as what. */
const types = {
  'icon.svg': 'image/svg+xml',
  'live.js': 'text/javascript; charset=utf-8',
  'page.css': 'text/css; charset=utf-8',
} as const;

type BrowserFile = keyof typeof types;

/** The bundle has them written in; a checkout reads them from the folder `browser`. */
const texts = typeof WHEELWRIGHT_BROWSER_FILES === 'object' ? WHEELWRIGHT_BROWSER_FILES : readBrowserFiles();

/** As the build writes them into the bundle. */
export function readBrowserFiles(): Readonly<Record<BrowserFile, string>> {
  const names = Object.keys(types) as readonly BrowserFile[];
  const entries = names.map((name) => [
    name,
    readFileSync(new URL(`browser/${name}`, import.meta.url), 'utf8'),
  ]);
  return Object.fromEntries(entries) as Readonly<Record<BrowserFile, string>>;
}

/** The file of a path; undefined where there is none. */
export function browserFile(path: string): Reply | undefined {
  const name = path.slice(1);
  if (!Object.hasOwn(types, name)) return undefined;
  const file = name as BrowserFile;
  return { status: 200, contentType: types[file], body: texts[file] };
}
