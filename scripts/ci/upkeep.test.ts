import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { load } from 'js-yaml';
import { expect, test } from 'vitest';
import { commands } from '../../src/cli/commands.ts';
import { brokenLinks, readPages } from '../documents/pages.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string): Promise<string> => readFile(join(root, path), 'utf8');

const pages = readPages();
const forms = (await readdir(join(root, '.github/ISSUE_TEMPLATE'))).filter((name) => name !== 'config.yml');

test.each([...pages.keys()].filter((page) => !page.includes('/')))('what %s links to is there', (page) => {
  expect(brokenLinks(page, pages)).toEqual([]);
});

test('who contributes reads two screens, and the plan is short', async () => {
  expect((await read('CONTRIBUTING.md')).split('\n').length).toBeLessThanOrEqual(100);
  expect((await read('ROADMAP.md')).match(/^\d+\. /gm)?.length).toBeLessThanOrEqual(10);
});

interface Form {
  readonly name: string;
  readonly description: string;
  readonly body: readonly {
    readonly type: string;
    readonly id: string;
    readonly attributes: { readonly label: string };
  }[];
}

test.each(forms)('%s is a form that GitHub takes', async (file) => {
  const form = load(await read(join('.github/ISSUE_TEMPLATE', file))) as Form;
  expect(form).toMatchObject({ name: expect.stringMatching(/./), description: expect.stringMatching(/./) });
  for (const { type, attributes } of form.body) {
    expect(['textarea', 'input', 'dropdown', 'checkboxes', 'markdown']).toContain(type);
    expect(attributes.label).toMatch(/./);
  }
  const ids = form.body.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
});

test('commands that people are asked to run are there', async () => {
  const texts = await Promise.all(
    [...forms.map((file) => join('.github/ISSUE_TEMPLATE', file)), 'SUPPORT.md'].map(read),
  );
  const asked = texts.flatMap((text) =>
    [...text.matchAll(/kubectl wheelwright ([a-z]+)/g)].map(([, name]) => name),
  );
  expect(new Set(asked)).toEqual(new Set(['version', 'check', 'help']));
  const there = commands.map(({ name }) => name);
  for (const name of asked) expect(there).toContain(name);
});
