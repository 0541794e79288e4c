import { randomUUID } from 'node:crypto';
import { homedir, hostname } from 'node:os';
import { Command, Option } from 'commander';
import { createLogger } from '../controller/index.ts';
import {
  type FlagValues,
  operatorFlags,
  type OperatorFlag,
  parseOperatorOptions,
  runOperator,
} from '../operator/index.ts';
import { version } from './version.ts';

/** The controller itself. Usage errors exit 2; SIGTERM and SIGINT hand over and exit 0. */
export function operatorCommand(): Command {
  const command = new Command('operator').description(
    'run the operator: the controller that keeps spokes true',
  );
  for (const flag of operatorFlags) command.addOption(option(flag));
  return command.action(async (values: FlagValues) => {
    const identity = `${process.env['POD_NAME'] ?? hostname()}_${randomUUID()}`;
    const options = parseOperatorOptions({
      flags: byFlagName(values),
      env: process.env,
      home: homedir(),
      identity,
    });
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
    await runOperator({ options, env: process.env, log, version, signal: stop.signal });
  });
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

/** Commander names values in camel case. */
function byFlagName(values: FlagValues): FlagValues {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [
      key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
      value,
    ]),
  );
}
