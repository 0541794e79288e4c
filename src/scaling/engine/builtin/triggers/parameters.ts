import { z } from 'zod';
import { parseGoDuration } from '../../../../api/index.ts';
import { TriggerConfigError, type TriggerSource } from './trigger.ts';
import { isNumberText } from './values/number-text.ts';

/** Where a parameter may come from; the first that is not blank counts. */
export interface Parameter<T extends z.ZodType = z.ZodType> {
  readonly schema: T;
  readonly from: readonly ('metadata' | 'authentication')[];
  /** Other names that it has or had. */
  readonly synonyms?: readonly string[];
}

type Values<P extends Readonly<Record<string, Parameter>>> = {
  readonly [K in keyof P]: z.output<P[K]['schema']>;
};

type Source = Pick<TriggerSource, 'place' | 'metadata' | 'parameters'>;

/** A parameter of the metadata only. */
export function inMetadata<T extends z.ZodType>(schema: T, ...synonyms: readonly string[]): Parameter<T> {
  return { schema, from: ['metadata'], synonyms };
}

/** A parameter that is a credential, or goes with one. */
export function inAuthentication<T extends z.ZodType>(
  schema: T,
  ...synonyms: readonly string[]
): Parameter<T> {
  return { schema, from: ['authentication'], synonyms };
}

/** A parameter of the metadata, or else of the authentication. */
export function inEither<T extends z.ZodType>(schema: T, ...synonyms: readonly string[]): Parameter<T> {
  return { schema, from: ['metadata', 'authentication'], synonyms };
}

/**
 * Reads the parameters of a trigger by the rules that KEDA has for all of them. Names that nobody knows are left alone.
 * Throws TriggerConfigError, which quotes a value only where it comes from the metadata.
 */
export function readParameters<P extends Readonly<Record<string, Parameter>>>(
  source: Source,
  parameters: P,
): Values<P> {
  const values: Record<string, unknown> = {};
  for (const [name, parameter] of Object.entries(parameters)) {
    const found = find(source, name, parameter);
    const result = parameter.schema.safeParse(found?.text);
    if (!result.success) throw unusable(source, name, parameter, found, result.error);
    values[name] = result.data;
  }
  return values as Values<P>;
}

interface Found {
  readonly text: string;
  readonly from: 'metadata' | 'authentication';
}

function find({ metadata, parameters }: Source, name: string, parameter: Parameter): Found | undefined {
  for (const from of parameter.from) {
    const texts = from === 'metadata' ? metadata : parameters;
    for (const key of [name, ...(parameter.synonyms ?? [])]) {
      const text = Object.hasOwn(texts, key) ? texts[key]?.trim() : undefined;
      if (text !== undefined && text !== '') return { text, from };
    }
  }
  return undefined;
}

function unusable(
  { place, metadata }: Source,
  name: string,
  { from }: Parameter,
  found: Found | undefined,
  error: z.ZodError,
): TriggerConfigError {
  const [issue] = error.issues;
  const remedy = issue?.message ?? 'is not understood';
  const isUntold = issue?.code === 'custom' && issue.params?.['isUntold'] === true;
  if (found?.from === 'metadata' && isUntold)
    return new TriggerConfigError(`${place}.metadata.${name}: it ${remedy}`);
  if (found?.from === 'metadata')
    return new TriggerConfigError(`${place}.metadata.${name} is '${shown(found.text)}': it ${remedy}`);
  if (found !== undefined)
    return new TriggerConfigError(`the parameter '${name}' of the authentication of ${place}: it ${remedy}`);
  if (Object.hasOwn(metadata, `${name}FromEnv`))
    return new TriggerConfigError(
      `${place}.metadata.${name}FromEnv names a variable of the workload, which the hub does not have: use authenticationRef`,
    );
  return from.includes('metadata')
    ? new TriggerConfigError(`${place}.metadata.${name} is missing: it ${remedy}`)
    : new TriggerConfigError(`the authentication of ${place} has no parameter '${name}': it ${remedy}`);
}

const longestShown = 80;

/** What of a value a message may have: a URL has room for a password. */
export function shown(text: string): string {
  if (text.includes('://')) return '…';
  return text.length > longestShown ? `${text.slice(0, longestShown)}…` : text;
}

/** A text that must be there. */
export const text = z.string('must be set');

/** A number, with a fraction or without. */
export const number = z
  .string('must be set to a number')
  .transform((given, context) => numberOf(given, context, 'must be a number'));

export const positiveNumber = number.refine((value) => value > 0, 'must be above 0');

/** As Go's strconv.ParseBool takes it. */
export const boolean = z.string().transform((given, context) => {
  if (['1', 't', 'T', 'true', 'TRUE', 'True'].includes(given)) return true;
  if (['0', 'f', 'F', 'false', 'FALSE', 'False'].includes(given)) return false;
  context.addIssue({ code: 'custom', message: "must be 'true' or 'false'" });
  return z.NEVER;
});

/** Milliseconds of a duration as Go writes it; a bare number is one of milliseconds. */
export const duration = z.string().transform((given, context) => {
  const milliseconds = /^\d+$/.test(given) ? Number(given) : parseGoDuration(given);
  if (milliseconds !== undefined && milliseconds > 0) return milliseconds;
  context.addIssue({ code: 'custom', message: 'must be a duration such as 5s, or milliseconds' });
  return z.NEVER;
});

/** Items between commas. */
export const list = z.string().transform((given) =>
  given
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== ''),
);

/** `k=v` between commas. */
export const map = z.string().transform((given, context): Readonly<Record<string, string>> => {
  const entries = given
    .split(',')
    .filter((entry) => entry.trim() !== '')
    .map((entry) => /^([^=]+)=(.*)$/s.exec(entry.trim()));
  if (entries.includes(null)) {
    // Headers, more often than not, with a token among them.
    context.addIssue({
      code: 'custom',
      message: 'must be pairs such as a=1,b=2',
      params: { isUntold: true },
    });
    return z.NEVER;
  }
  return Object.fromEntries(entries.map((entry) => [entry?.[1]?.trim() ?? '', entry?.[2]?.trim() ?? '']));
});

/** One of a few words. */
export function oneOf<const T extends readonly [string, ...string[]]>(
  words: T,
): z.ZodEnum<{ [K in T[number]]: K }> {
  return z.enum(words, `must be ${words.join(', ').replace(/, ([^,]*)$/, ' or $1')}`);
}

function numberOf(given: string, context: z.RefinementCtx, message: string): number {
  const value = Number(given);
  if (isNumberText(given) && Number.isFinite(value)) return value;
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
}
