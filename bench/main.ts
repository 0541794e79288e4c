/** `npm run bench -- NAME`. Exit codes: 0 measured, 1 failed, 2 wrong usage. */
import { CommanderError } from 'commander';
import { processHost } from '../src/cli/host.ts';
import { styleOf } from '../src/cli/terminal/style.ts';
import { benchProgram } from './program.ts';
import { reportLines } from './report.ts';

// Clusters end with this process, however it ends; operators only where it exits.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130));

const { stdout, stderr, env, platform } = processHost();
const style = styleOf(stdout, {}, env, platform);

try {
  await benchProgram({
    tell: (what) => stderr.write(`${what}\n`),
    show: (report) =>
      stdout.write(
        reportLines(report, style)
          .map((line) => `${line}\n`)
          .join(''),
      ),
    json: (text) => stdout.write(`${text}\n`),
  }).parseAsync();
} catch (error) {
  process.exitCode = exitCode(error);
}

function exitCode(error: unknown): number {
  // Commander has told its own.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
  return 1;
}
