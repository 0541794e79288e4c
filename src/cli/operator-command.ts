import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import { Option } from 'commander';
import { AccessError } from '../clusters/index.ts';
import { createLogger } from '../controller/index.ts';
import { KubeconfigError } from '../kube/index.ts';
import {
  type FlagValues,
  operatorFlags,
  type OperatorFlag,
  OptionError,
  parseOperatorOptions,
  runOperator,
} from '../operator/index.ts';
import type { CliCommand } from './cli-command.ts';
import { usageError } from './failure/cli-error.ts';
import { refuseFormerFlags } from './former-flags.ts';
import { flagValues } from './command-line/flag-values.ts';
import { withDoubleDashes } from './command-line/go-flags.ts';
import type { Host } from './host.ts';
import { version } from './version.ts';

/** The controller itself. Usage errors exit 2; SIGTERM and SIGINT hand over and exit 0. */
export const operatorCommand: CliCommand<FlagValues> = {
  rewrite(args) {
    refuseFormerFlags(args);
    return withDoubleDashes(args, new Set(operatorFlags.map(({ name }) => name)));
  },
  define(command) {
    for (const flag of operatorFlags) command.addOption(option(flag));
  },
  async run({ flags, host }) {
    try {
      await operate(flagValues(flags, operatorFlags), host);
      return 'done';
    } catch (error) {
      const usage =
        error instanceof OptionError || error instanceof KubeconfigError || error instanceof AccessError;
      throw usage ? usageError(error.message, { code: undefined }) : error;
    }
  },
};

async function operate(flags: FlagValues, { env, home }: Host): Promise<void> {
  keepNewSpaceSmall();
  const identity = `${env['POD_NAME'] ?? hostname()}_${randomUUID()}`;
  const options = parseOperatorOptions({ flags, env, home, identity });
  const log = createLogger({ level: options.logLevel });
  const stop = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    // The second one does not wait for a hand-over that hangs.
    process.once(signal, () => {
      stop.abort(new Error(`received ${signal}`));
      process.once(signal, () => process.exit(130));
    });
  }
  process.on('unhandledRejection', (error) => {
    log.fatal({ err: error }, 'a rejection was not handled: this is a bug');
    process.exit(1);
  });
  try {
    await runOperator({ options, env, log, version, signal: stop.signal });
  } catch (error) {
    // Told to stop while it was still waiting for the hub.
    if (error !== stop.signal.reason) throw error;
  }
}

/**
 * Objects of an installation live for milliseconds. Left alone, V8 lets the space for new ones grow to 128 MB before it
 * looks what is still in use; collected in small pieces they cost no more time.
 */
function keepNewSpaceSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}

function option({ name, value, help, env, default: fallback }: OperatorFlag): Option {
  const notes = [
    env === undefined ? '' : `env ${env}`,
    fallback === undefined ? '' : `default ${fallback}`,
  ].filter((note) => note !== '');
  return new Option(
    `--${name}${value === undefined ? '' : ` <${value}>`}`,
    notes.length === 0 ? help : `${help} (${notes.join(', ')})`,
  );
}
