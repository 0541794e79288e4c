import { describe, expect, it } from 'vitest';
import { documentedCodes } from '../../src/cli/codes/documented-code.ts';
import { parsePage } from '../documents/page.ts';
import { brokenLinks, readPages } from '../documents/pages.ts';
import { anchor } from '../markdown.ts';
import { referenceFiles } from './pages.ts';

const folder = 'docs/reference/';
const files = await referenceFiles();
/** With those of the reference as they would be written now. */
const pages = new Map([
  ...readPages(),
  ...[...files].map(([name, text]) => [folder + name, parsePage(text)] as const),
]);

/** A page without what stands in it as it is typed. */
function proseOf(text: string): string {
  return text.replaceAll(/```[^]*?```|`[^`]*`|<!--[^]*?-->/g, '');
}

describe('the reference', () => {
  it.each([...files.keys()])('has no broken link in %s', (name) => {
    expect(brokenLinks(folder + name, pages)).toEqual([]);
  });

  it.each([...files])('leaves no name in angle brackets to be taken for HTML in %s', (_name, text) => {
    expect(proseOf(text)).not.toMatch(/<[a-z]/i);
  });

  it('leads from each code to its cause and fix', () => {
    const anchors = pages.get(`${folder}codes.md`)?.headings.map(({ text }) => anchor(text));
    for (const { code } of documentedCodes()) expect(anchors).toContain(code.toLowerCase());
  });
});
