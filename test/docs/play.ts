import { readFileSync } from 'node:fs';
import { describe, test } from 'vitest';
import { misfit } from '../../scripts/documents/fits.ts';
import { type Commands, parsePage } from '../../scripts/documents/page.ts';
import { waitFor } from '../bed/index.ts';
import type { ReaderShell } from '../fleet/index.ts';
import type { OperatorPod } from './operator-pods.ts';
import { substituted } from './substitutions.ts';

/** Where a page is played. */
export interface Scene {
  readonly shell: Pick<ReaderShell, 'try'>;
  /** The operators that run, for what they said when something fails. */
  readonly pods: { running(): Promise<readonly Pick<OperatorPod, 'name' | 'process'>[]> };
}

export interface PlayOptions {
  /** Which of its commands are run, by the heading right above them; default: all. */
  readonly under?: (heading: string) => boolean;
  /** What is done before the first commands right under a heading, such as breaking what they are about. */
  readonly before?: Readonly<Record<string, () => Promise<void>>>;
  /** What is done before the last commands right under a heading, where that takes more than the page can say. */
  readonly beforeLast?: Readonly<Record<string, () => Promise<void>>>;
  /** Whether a promise may come true after a while, as to a reader who looks again; the commands are repeated until then. */
  readonly looksAgain?: boolean;
  /** What must be so after the commands right under a heading, beside what the page says itself. */
  readonly after?: Readonly<Record<string, () => Promise<void>>>;
}

/**
 * Runs the commands of a page as its reader does, block after block, each a test: it ends as the page says and prints what the
 * page promises. What stands before in the file has been done before. Paths are those from the root of the checkout.
 */
export function play(
  file: string,
  scene: Scene,
  { under = () => true, before = {}, beforeLast = {}, after = {}, looksAgain = false }: PlayOptions = {},
): void {
  const page = parsePage(readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8'));
  const commands = page.commands.filter(({ headings }) => under(headings.at(-1) ?? ''));
  const headings = commands.map(({ headings }) => headings.at(-1) ?? '');
  for (const heading of [before, beforeLast, after].flatMap((each) => Object.keys(each)))
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
      const isFirst = headings[index - 1] !== heading;
      const isLast = headings[index + 1] !== heading;
      const first = isFirst ? before[heading] : undefined;
      const next = isLast ? beforeLast[heading] : undefined;
      if (first !== undefined) step(`before ${heading}`, first);
      if (next !== undefined) step(`before the end of ${heading}`, next);
      step(`line ${block.line}, ${heading}: ${block.text.split('\n')[0]}`, () =>
        looksAgain && block.output !== undefined ? untilAsPromised(scene, block) : runBlock(scene, block),
      );
      const check = after[heading];
      if (check !== undefined && isLast) step(`after ${heading}`, check);
    }
  });
}

async function untilAsPromised(scene: Scene, block: Commands): Promise<void> {
  await waitFor(
    `line ${block.line} is as promised`,
    async (saw) => {
      try {
        await runBlock(scene, block);
        return true;
      } catch (error) {
        saw(error instanceof Error ? error.message : error);
        return false;
      }
    },
    { timeoutMs: 120_000, everyMs: 500 },
  );
}

async function runBlock({ shell, pods }: Scene, { text, exit, output }: Commands): Promise<void> {
  const script = await substituted(text);
  const ran = await shell.try(`exec 2>&1\n${script}`);
  // One that cannot be started is the reason for what follows.
  const operators = await pods.running();
  if (ran.exit !== exit) {
    const logs = operators.map(({ name, process }) => `${name}:\n${process.output.slice(-5_000)}`);
    throw new Error([`${script}exit ${ran.exit}, not ${exit}:\n${ran.stdout}`, ...logs].join('\n'));
  }
  const wrong = output === undefined ? undefined : misfit(await substituted(output), ran.stdout);
  if (wrong !== undefined) throw new Error(wrong);
}
