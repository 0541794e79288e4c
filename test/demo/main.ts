/** `npm run demo`. Exit codes: 0 every step held, 1 one did not, 2 wrong usage, 130 interrupted before the end. */
import { CommanderError } from 'commander';
import { processHost } from '../../src/cli/host.ts';
import { styleOf } from '../../src/cli/terminal/style.ts';
import { UsageError } from '../bed/cli/usage-error.ts';
import { runDemo } from './demo.ts';
import { parseDemoOptions } from './options.ts';
import { Story } from './story.ts';

const interrupt = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => {
    interrupt.abort(new Error(`interrupted by ${signal}`));
    // The second one does not wait; processes of the demo end with this one.
    process.once(signal, () => process.exit(130));
  });
}

process.exitCode = await main();

async function main(): Promise<number> {
  try {
    const options = parseDemoOptions(process.argv.slice(2));
    const { stdout, stderr, env, platform } = processHost();
    const stream = options.json ? stderr : stdout;
    const story = new Story(stream, styleOf(stream, {}, env, platform));
    const { figures, failures } = await runDemo(options, story, interrupt.signal);
    if (options.json) stdout.write(`${JSON.stringify({ ...figures, failures })}\n`);
    if (options.once && interrupt.signal.aborted) return 130;
    return failures.length === 0 ? 0 : 1;
  } catch (error) {
    return exitCode(error);
  }
}

function exitCode(error: unknown): number {
  // Commander has told its own.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
  if (error instanceof UsageError) return 2;
  return interrupt.signal.aborted ? 130 : 1;
}
