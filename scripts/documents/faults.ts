import { anchor } from '../markdown.ts';
import { misfit } from './fits.ts';
import type { Page } from './page.ts';

/** Pages by their path from the root of the checkout. */
export type Pages = ReadonlyMap<string, Page>;

/** What GitHub and others show, and no test runs. */
const otherShells = new Set([
  'bash',
  'console',
  'shell',
  'shell-session',
  'zsh',
  'ps1',
  'powershell',
  'terminal',
]);

/** Lines that begin so are commands. */
const command =
  /^(?:\$ |(?:export|kubectl|helm|wheelwright|npm|npx|curl|docker|git|gh|cosign|sha256sum) [a-zA-Z-])/;

/** What is wrong with the blocks of a page: commands that no test would find. */
export function blockFaults({ blocks }: Page): readonly string[] {
  return blocks.flatMap(({ line, language, text, remark }) => {
    const where = `line ${line}:`;
    const first = text.split('\n').find((each) => command.test(each));
    if (language === '') return [`${where} a block must say what it is: sh, text, yaml …`];
    if (otherShells.has(language)) return [`${where} a block of commands must be 'sh', not '${language}'`];
    if (language === 'sh') {
      if (!/^(?:|exit=\d+|needs=release)$/.test(remark))
        return [`${where} '${remark}' must be 'exit=NUMBER' or 'needs=release'`];
      return text.startsWith('$ ') ? [`${where} commands must stand without '$'`] : [];
    }
    return language === 'text' && first !== undefined
      ? [`${where} '${first}' is a command, and must be in a block 'sh'`]
      : [];
  });
}

/** Outputs that a page shows without running anything, `golden=NAME`, and that are not what the program says. */
export function sampleFaults(
  { blocks }: Page,
  golden: (name: string) => string | undefined,
): readonly string[] {
  return blocks.flatMap(({ line, text, remark }) => {
    const [, name] = /^golden=(.+)$/.exec(remark) ?? [];
    if (name === undefined) return [];
    const said = golden(name);
    const fault = said === undefined ? `there is no golden file '${name}'` : misfit(text, said);
    return fault === undefined ? [] : [`line ${line}: ${fault}`];
  });
}

/**
 * Links of a page that lead nowhere. `exists` tells whether the checkout has a file or directory of this path; addresses of
 * the web are not asked.
 */
export function linkFaults(file: string, pages: Pages, exists: (path: string) => boolean): readonly string[] {
  return linksOf(pages.get(file)).flatMap(({ line, target }) => {
    const { pathname, hash } = new URL(target, `checkout:/${file}`);
    const path = decodeURI(pathname).slice(1);
    const where = `line ${line}: the link '${target}'`;
    if (!exists(path)) return [`${where} leads to no file`];
    const page = pages.get(path);
    const heading = decodeURI(hash).slice(1);
    return heading === '' || page === undefined || anchorsOf(page).has(heading)
      ? []
      : [`${where} leads to no heading of ${path}`];
  });
}

/** Scripts of package.json that a page speaks of, and that are not there. */
export function scriptFaults(page: Page, scripts: Readonly<Record<string, string>>): readonly string[] {
  const spoken = [page.prose, ...page.blocks.map(({ text }) => text)].join('\n');
  const names = new Set(
    [...spoken.matchAll(/\bnpm run (?:-\S+ )?([a-z][\w:-]*)/g)].map(([, name = '']) => name),
  );
  return [...names]
    .filter((name) => !Object.hasOwn(scripts, name))
    .map((name) => `'npm run ${name}' is no script of package.json`);
}

interface Link {
  readonly line: number;
  readonly target: string;
}

function linksOf(page: Page | undefined): readonly Link[] {
  return (page?.prose ?? '').split('\n').flatMap((text, index) => {
    const prose = text.replaceAll(/`[^`]*`/g, (code) => '`'.repeat(code.length));
    return [...prose.matchAll(/\]\(<?([^)\s>]+)>?[^)]*\)/g)]
      .map(([, target = '']) => ({ line: index + 1, target }))
      .filter(({ target }) => !/^[a-z][a-z+.-]*:/i.test(target));
  });
}

/** As GitHub makes them of headings; and those that a page sets itself. */
function anchorsOf({ headings, prose }: Page): ReadonlySet<string> {
  const anchors = new Set([...prose.matchAll(/<a (?:id|name)="([^"]+)"/g)].map(([, name = '']) => name));
  for (const { text } of headings) {
    const slug = anchor(text.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1'));
    const same = (n: number): string => (n === 0 ? slug : `${slug}-${n}`);
    let count = 0;
    while (anchors.has(same(count))) count++;
    anchors.add(same(count));
  }
  return anchors;
}
