import type { Option } from 'commander';

/**
 * Moves flags before the command behind it: `--context hub status` is `status --context hub`, so that a command alone knows
 * its flags. `options` are those that may stand before a command; without one that follows them nothing is moved.
 */
export function commandFirst(args: readonly string[], options: readonly Option[]): readonly string[] {
  const valued = new Set(
    options.filter(({ required }) => required).flatMap(({ short, long }) => [short, long]),
  );
  let place = 0;
  while (args[place]?.startsWith('-') === true) place += valued.has(args[place]) ? 2 : 1;
  const command = args[place];
  return command === undefined ? args : [command, ...args.slice(0, place), ...args.slice(place + 1)];
}
