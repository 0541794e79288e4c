import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { documentedCodes } from '../../src/cli/codes/documented-code.ts';
import { anchor } from '../markdown.ts';
import { referenceFiles } from './pages.ts';

const folder = new URL('../../docs/reference/', import.meta.url);
const files = await referenceFiles();

/** The anchors of the headings of a page. */
function anchorsOf(text: string): ReadonlySet<string> {
  return new Set([...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchor(heading)));
}

/** A page without what stands in it as it is typed. */
function proseOf(text: string): string {
  return text.replaceAll(/```[^]*?```|`[^`]*`|<!--[^]*?-->/g, '');
}

/** What is wrong with a link of a page; undefined where it leads somewhere. */
async function problemOf(link: string, page: string): Promise<string | undefined> {
  const [path = '', fragment] = link.split('#');
  const target = path === '' ? new URL(page, folder) : new URL(path, new URL(page, folder));
  const text = await readFile(target, 'utf8').catch(() => undefined);
  if (text === undefined) return `${link} leads nowhere`;
  return fragment === undefined || anchorsOf(text).has(fragment) ? undefined : `${link} has no such heading`;
}

describe('the reference', () => {
  it.each([...files])('has no broken link in %s', async (name, text) => {
    const links = [...proseOf(text).matchAll(/\]\(([^)]+)\)/g)].map(([, link = '']) => link);
    const problems = await Promise.all(links.map((link) => problemOf(link, name)));
    expect(problems.filter((problem) => problem !== undefined)).toEqual([]);
  });

  it.each([...files])('leaves no name in angle brackets to be taken for HTML in %s', (_name, text) => {
    expect(proseOf(text)).not.toMatch(/<[a-z]/i);
  });

  it('leads from each code to its cause and fix', () => {
    const anchors = anchorsOf(files.get('codes.md') ?? '');
    for (const { code } of documentedCodes()) expect(anchors).toContain(code.toLowerCase());
  });
});
