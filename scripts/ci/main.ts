/**
 * Runs every stage, names what failed, and closes with one line, `N passed, N failed`. Exit codes: 0 nothing failed, 1
 * something did.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { minutes } from './minutes.ts';
import { type Counts, countsOfExit, countsOfVitest, failuresOfVitest, sum, summaryLine } from './counts.ts';
import { runScript } from './run-script.ts';
import { type Scripts, type Stage, stagesOf } from './stages.ts';

interface Outcome extends Counts {
  /** A line for each failure that has a name. */
  readonly told: readonly string[];
}

const notReached: Outcome = { ...countsOfExit(1), told: [] };

/** For all stages together. */
const deadlineMs = 90 * 60_000;

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130));

const { scripts } = JSON.parse(await readFile('package.json', 'utf8')) as { readonly scripts: Scripts };
const over = AbortSignal.timeout(deadlineMs);
const directory = await mkdtemp(join(tmpdir(), 'wheelwright-ci-'));
const counts: Counts[] = [];
const failures: string[] = [];
try {
  for (const stage of stagesOf(scripts)) {
    process.stdout.write(`\n== npm run ${stage.script}\n`);
    const begin = performance.now();
    const { told, ...count } = over.aborted ? notReached : await run(stage);
    counts.push(count);
    if (count.failed > 0) failures.push(...(told.length > 0 ? told : [`npm run ${stage.script}`]));
    process.stdout.write(`== npm run ${stage.script} took ${minutes(performance.now() - begin)}\n`);
  }
} finally {
  await rm(directory, { recursive: true, force: true });
}
const total = sum(counts);
if (over.aborted) process.stdout.write(`\nnot done after ${deadlineMs / 60_000} minutes\n`);
if (failures.length > 0) process.stdout.write(`\nfailed:\n${failures.map((line) => `  ${line}\n`).join('')}`);
process.stdout.write(`\n${summaryLine(total)}\n`);
process.exitCode = total.failed === 0 ? 0 : 1;

async function run({ script, countsTests }: Stage): Promise<Outcome> {
  const report = join(directory, `${script.replaceAll(':', '-')}.json`);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const code = await runScript(script, countsTests ? reporters : [], over);
  const text = countsTests ? await readFile(report, 'utf8').catch(() => '') : '';
  const told = failuresOfVitest(text, process.cwd());
  const counted = countsTests ? countsOfVitest(text, code) : countsOfExit(code);
  return { ...(counted ?? countsOfExit(code === 0 ? 1 : code)), told };
}
