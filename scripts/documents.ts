import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { substitutions } from '../test/docs/substitutions.ts';
import { blockFaults, sampleFaults, scriptFaults } from './documents/faults.ts';
import type { Page } from './documents/page.ts';
import { brokenLinks, readPages } from './documents/pages.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * Says what is wrong with the documents, and how many of the pages with commands are executed; exit code 1 where anything is
 * wrong. A page is executed by the test that has `play('docs/page.md'` in it.
 */
function main(): number {
  const pages = readPages();
  const { scripts } = JSON.parse(read('package.json')) as {
    readonly scripts: Readonly<Record<string, string>>;
  };
  const tests = globSync('test/**/*.test.ts', { cwd: root }).map(read).join('\n');
  const played = new Set([...tests.matchAll(/\bplay\(\s*'([^']+)'/g)].map(([, file = '']) => file));
  const withCommands = [...pages].filter(([, { commands }]) => commands.length > 0);
  const executed = withCommands.filter(([file]) => played.has(file));

  const faults = [
    ...[...pages].flatMap(([file, page]) =>
      [
        ...(isGenerated(page) ? [] : blockFaults(page)),
        ...brokenLinks(file, pages),
        ...scriptFaults(page, scripts),
        ...sampleFaults(page, golden),
      ].map((fault) => `${file}: ${fault}`),
    ),
    ...withCommands
      .filter(([file]) => !played.has(file))
      .map(([file]) => `${file}: no test plays its commands: see docs/README.md`),
    ...[...played]
      .filter((file) => !withCommands.some(([each]) => each === file))
      .map((file) => `${file}: a test plays it, and it has no commands`),
    ...substitutions
      .filter(
        ({ from }) =>
          !withCommands.some(([, page]) => page.commands.some(({ text }) => text.search(from) >= 0)),
      )
      .map(({ from }) => `test/docs/substitutions.ts: ${String(from)} is in no page`),
  ];
  const unplayed = [...pages.values()].flatMap((page) => page.unplayed).length;
  const count = `${executed.length} of ${withCommands.length} pages with commands are executed, but for ${unplayed} blocks that need a release`;
  process.stdout.write(`${[...faults, count].join('\n')}\n`);
  return faults.length === 0 ? 0 : 1;
}

function golden(name: string): string | undefined {
  const file = `src/cli/golden/${name}.txt`;
  return existsSync(join(root, file)) ? read(file) : undefined;
}

/** What the program tells of itself is tested with it. */
function isGenerated({ prose }: Page): boolean {
  return prose.startsWith('<!-- Written by npm run ');
}

function read(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}

process.exitCode = main();
