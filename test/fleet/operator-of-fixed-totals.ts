import { randomUUID } from 'node:crypto';
import { createLogger } from '../../src/controller/index.ts';
import { parseOperatorOptions, runOperator } from '../../src/operator/index.ts';
import { FixedEngine } from '../../src/scaling/testing/fixed-engine.ts';

/** An operator whose engine leaves totals alone, so that tests can write them. Takes flags as the operator does. */
const flags = Object.fromEntries(
  process.argv.slice(2).map((argument) => {
    const [name = '', ...value] = argument.replace(/^--/, '').split('=');
    return [name, value.length === 0 ? true : value.join('=')];
  }),
);
const env = process.env;
const options = parseOperatorOptions({ flags, env, home: env['HOME'] ?? '', identity: randomUUID() });
const stop = new AbortController();
process.once('SIGTERM', () => stop.abort(new Error('received SIGTERM')));
await runOperator({
  options,
  env,
  log: createLogger({ level: options.logLevel }),
  version: 'test',
  signal: stop.signal,
  createEngine: () => new FixedEngine(),
});
