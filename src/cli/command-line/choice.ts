import { Option } from 'commander';
import { usageError } from '../failure/cli-error.ts';

/** An option that takes one of a few words. */
export function choice(flags: string, help: string, values: readonly string[]): Option {
  const option = new Option(flags, help).choices(values);
  return option.argParser((value: string) => {
    if (values.includes(value)) return value;
    throw usageError(`${option.long ?? flags} must be ${anyOf(values)}, not '${value}'.`, { code: 'WW5003' });
  });
}

/** `'a', 'b' or 'c'`. */
export function anyOf(values: readonly string[]): string {
  const quoted = values.map((value) => `'${value}'`);
  return [quoted.slice(0, -1).join(', '), quoted.at(-1)].filter((part) => part !== '').join(' or ');
}
