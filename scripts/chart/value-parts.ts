import * as z from 'zod';

/** Anything that Kubernetes takes in this place. */
export function free(
  what: string,
  value: Readonly<Record<string, unknown>> = {},
): z.ZodDefault<z.ZodRecord<z.ZodString, z.ZodUnknown>> {
  return z.record(z.string(), z.unknown()).default(value).describe(what);
}

/** A list of such things. */
export function freeList(what: string): z.ZodDefault<z.ZodArray<z.ZodRecord<z.ZodString, z.ZodUnknown>>> {
  return z.array(z.record(z.string(), z.unknown())).default([]).describe(what);
}

export function flag(value: boolean, what: string): z.ZodDefault<z.ZodBoolean> {
  return z.boolean().default(value).describe(what);
}

export function text(value: string, what: string): z.ZodDefault<z.ZodString> {
  return z.string().default(value).describe(what);
}

export function texts(value: readonly string[], what: string): z.ZodDefault<z.ZodArray<z.ZodString>> {
  return z
    .array(z.string())
    .default([...value])
    .describe(what);
}

export const port = z.int().min(1).max(65535);

export function labels(what: string): z.ZodDefault<z.ZodRecord<z.ZodString, z.ZodString>> {
  return z.record(z.string(), z.string()).default({}).describe(what);
}

/** As a name of a namespace or volume must be. */
export const labelName = z.string().regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/);

/** As Go writes durations. */
export const duration = z.string().regex(/^(([0-9]+(\.[0-9]+)?)(ms|s|m|h))*$/);

export const pullPolicy = z.enum(['Always', 'IfNotPresent', 'Never']);

export function image(repository: string, tag: string, what: string): z.ZodObject {
  return z
    .strictObject({
      repository: text(repository, 'Registry and name.'),
      tag: text(tag, tag === '' ? 'Default: the version of the chart.' : 'Tag, unless there is a digest.'),
      digest: z
        .string()
        .regex(/^(sha256:[a-f0-9]{64})?$/)
        .default('')
        .describe("'sha256:' and 64 digits; wins over the tag."),
      pullPolicy: pullPolicy.default('IfNotPresent').describe('When nodes ask the registry for it.'),
    })
    .describe(what);
}
