import type * as z from 'zod';

/** Flags as text, by their names without dashes; absent where they were not given. */
export type FlagValues = Readonly<Record<string, string | boolean | undefined>>;

export interface OperatorFlag {
  /** Without dashes. */
  readonly name: string;
  /** How its value is called in help; none for a switch. */
  readonly value?: string;
  readonly default?: string;
  /** The variable that stands in for it. */
  readonly env?: string;
  readonly help: string;
}

/** A flag, or an environment variable, has a value that cannot be used. The message says which and what is allowed. */
export class OptionError extends Error {
  override readonly name = 'OptionError';
}

/** Parses the value of a flag, or of the variable that stands in for it. Throws OptionError. */
export type ReadFlag = <T>(name: string, schema: z.ZodType<T>) => T;

export interface FlagReader {
  /** The value as it was given, or the default; undefined for an empty one. */
  readonly text: (name: string) => string | undefined;
  /** Where the value is to be mended. */
  readonly origin: (name: string) => string;
  readonly read: ReadFlag;
}

export interface FlagSources {
  readonly flags: FlagValues;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export function flagReader(known: readonly OperatorFlag[], { flags, env }: FlagSources): FlagReader {
  const text = (name: string): string | undefined => {
    const flag = known.find((candidate) => candidate.name === name);
    const value = flags[name] ?? (flag?.env === undefined ? undefined : env[flag.env]) ?? flag?.default;
    return value === undefined || value === '' ? undefined : String(value);
  };
  const origin = (name: string): string => {
    const variable = known.find((candidate) => candidate.name === name)?.env;
    const isVariable = flags[name] === undefined && variable !== undefined && env[variable] !== undefined;
    return isVariable ? `--${name} (env ${variable})` : `--${name}`;
  };
  return {
    text,
    origin,
    read: (name, schema) => {
      const value = text(name);
      const result = schema.safeParse(value);
      if (result.success) return result.data;
      throw new OptionError(
        `${origin(name)} ${result.error.issues[0]?.message ?? 'cannot be used'}, not '${value ?? ''}'`,
      );
    },
  };
}
