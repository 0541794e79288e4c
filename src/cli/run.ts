import { Command, CommanderError } from 'commander';
import { AccessError } from '../clusters/index.ts';
import { KubeconfigError } from '../kube/index.ts';
import { operatorFlags, OptionError } from '../operator/index.ts';
import { withDoubleDashes } from './go-flags.ts';
import { operatorCommand } from './operator-command.ts';
import { version } from './version.ts';

const usageError = 2;

/** Runs one command line; resolves with the exit code. */
export async function run(args: readonly string[]): Promise<number> {
  const program = new Command('wheelwright')
    .description(
      'One hub cluster keeps Knative, and event-driven workloads, true on many Kubernetes clusters.',
    )
    .version(version)
    .exitOverride()
    .showSuggestionAfterError();
  program.addCommand(operatorCommand().exitOverride());
  const goFlags = new Set(operatorFlags.map(({ name }) => name));
  try {
    await program.parseAsync(withDoubleDashes(args, goFlags), { from: 'user' });
    return 0;
  } catch (error) {
    return exitCode(error);
  }
}

function exitCode(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : usageError;
  if (error instanceof OptionError || error instanceof KubeconfigError || error instanceof AccessError) {
    process.stderr.write(`error: ${error.message}\n`);
    return usageError;
  }
  throw error;
}
