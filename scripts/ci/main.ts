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
    counts.push(over.aborted ? countsOfExit(1) : await run(stage));
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

async function run({ script, countsTests }: Stage): Promise<Counts> {
  const report = join(directory, `${script.replaceAll(':', '-')}.json`);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const code = await runScript(script, countsTests ? reporters : [], over);
  const text = countsTests ? await readFile(report, 'utf8').catch(() => '') : '';
  const told = failuresOfVitest(text, process.cwd());
  if (told.length > 0) failures.push(...told);
  else if (code !== 0) failures.push(`npm run ${script}: exit code ${code}`);
  if (!countsTests) return countsOfExit(code);
  return countsOfVitest(text, code) ?? countsOfExit(code === 0 ? 1 : code);
}
