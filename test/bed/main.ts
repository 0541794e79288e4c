/** `npm run bed -- up` and `npm run bed -- down`. Exit codes: 0 done, 1 failed, 2 wrong usage, 130 interrupted before it was up. */
import { CommanderError } from 'commander';
import { bedProgram } from './cli/program.ts';
import { UsageError } from './cli/usage-error.ts';

const interrupt = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  // Once: the second Ctrl-C ends this process at once, and with it the bed.
  process.once(signal, () => interrupt.abort(new Error(`interrupted by ${signal}`)));
}

try {
  await bedProgram(interrupt.signal).parseAsync();
} catch (error) {
  process.exitCode = exitCode(error);
  // Commander has printed its own.
  if (!(error instanceof CommanderError))
    process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
}

function exitCode(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof UsageError) return 2;
  return interrupt.signal.aborted ? 130 : 1;
}
