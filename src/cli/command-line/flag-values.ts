import type { FlagValues, OperatorFlag } from '../../operator/index.ts';

/** The values of flags by their names; commander calls that of `--spoke-api-qps` `spokeApiQps`. */
export function flagValues(values: FlagValues, flags: readonly OperatorFlag[]): FlagValues {
  return Object.fromEntries(flags.map(({ name }) => [name, values[camelCase(name)]]));
}

function camelCase(name: string): string {
  return name.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
