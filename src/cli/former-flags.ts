import { usageError } from './failure/cli-error.ts';

const leaveOut = 'leave it out: logs are lines of JSON on stdout';
const logLevel = 'use --log-level instead';

/** What takes the place of flags that operators before this one had, and their manifests name. */
const instead: ReadonlyMap<string, string> = new Map([
  ['cluster', 'name a context of the kubeconfig with --context'],
  ['leader-elect', 'leave it out: leaders are elected unless --disable-ha is given'],
  ['zap-log-level', logLevel],
  ['zap-devel', logLevel],
  ['zap-encoder', leaveOut],
  ['zap-time-encoding', leaveOut],
  ['zap-stacktrace-level', leaveOut],
  ['v', logLevel],
  ['logtostderr', leaveOut],
  ['alsologtostderr', leaveOut],
]);

/** Throws CliError at the first one. */
export function refuseFormerFlags(args: readonly string[]): void {
  for (const arg of args) {
    const name = /^--?([a-z-]+)(?:=|$)/.exec(arg)?.[1] ?? '';
    const fix = instead.get(name);
    if (fix !== undefined)
      throw usageError(`There is no ${name === 'v' ? '-v' : `--${name}`} any more.`, { fix });
  }
}
