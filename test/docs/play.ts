import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { misfit } from '../../scripts/documents/fits.ts';
import { type Commands, parsePage } from '../../scripts/documents/page.ts';
import type { Stage } from './stage.ts';
import { substituted } from './substitutions.ts';

export interface PlayOptions {
  /** What must be so after the commands right under a heading, beside what the page says itself. */
  readonly after?: Readonly<Record<string, () => Promise<void>>>;
}

/**
 * Runs the commands of a page as its reader does, block after block, each a test: it ends as the page says and prints what the
 * page promises. What stands before in the file has been done before. Paths are those from the root of the checkout.
 */
export function play(file: string, stage: Stage, { after = {} }: PlayOptions = {}): void {
  const { commands } = parsePage(readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8'));
  const headings = commands.map(({ headings }) => headings.at(-1) ?? '');
  for (const heading of Object.keys(after))
    if (!headings.includes(heading)) throw new Error(`${file} has no commands under a heading '${heading}'`);
  let failed: string | undefined;
  const step = (name: string, run: () => Promise<void>): void =>
    // oxlint-disable-next-line vitest/valid-title, vitest/expect-expect -- named after what the page says, as which it must end
    test(name, async () => {
      if (failed !== undefined) throw new Error(`not tried: '${failed}' has failed`);
      failed = name;
      await run();
      failed = undefined;
    });

  // oxlint-disable-next-line vitest/valid-title -- it is the page
  describe(file, () => {
    for (const [index, block] of commands.entries()) {
      const heading = headings[index] ?? '';
      step(`line ${block.line}, ${heading}: ${block.text.split('\n')[0]}`, () => runBlock(stage, block));
      const check = after[heading];
      if (check !== undefined && headings[index + 1] !== heading) step(`after ${heading}`, check);
    }
  });
}

async function runBlock({ shell, pods }: Stage, { text, exit, output }: Commands): Promise<void> {
  const script = await substituted(text);
  const ran = await shell.try(`exec 2>&1\n${script}`);
  // One that cannot be started is the reason for what follows.
  const operators = await pods.running();
  if (ran.exit !== exit) {
    const logs = operators.map(({ name, process }) => `${name}:\n${process.output.slice(-5_000)}`);
    throw new Error([`${script}exit ${ran.exit}, not ${exit}:\n${ran.stdout}`, ...logs].join('\n'));
  }
  if (output !== undefined) expect(misfit(await substituted(output), ran.stdout)).toBeUndefined();
}
