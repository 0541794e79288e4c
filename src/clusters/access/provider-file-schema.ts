import * as z from 'zod';
import { execApiVersions } from './access-provider.ts';

/** The access provider file of sigs.k8s.io/cluster-inventory-api/pkg/access; null, absent and empty are the same. */
const word = z.string().refine((value) => !value.includes('\0'), 'must not contain a NUL character');
const list = <T extends z.ZodType>(item: T) =>
  z
    .array(item)
    .nullish()
    .transform((value) => value ?? []);
const policy = <const T extends string>(values: readonly T[]) =>
  z
    .enum(['', ...values])
    .nullish()
    .transform((value) => (value == null || value === '' ? 'Ignore' : value) as T | 'Ignore');

const envSchema = z.object({
  name: z
    .string()
    .regex(
      /^[A-Za-z_][A-Za-z0-9_.-]*$/,
      'must have letters, digits, _, . and - only, and begin with a letter or _',
    ),
  value: word.nullish().transform((value) => value ?? ''),
});

const execSchema = z.object({
  command: word.min(1, 'must not be empty'),
  args: list(word),
  env: list(envSchema),
  apiVersion: z.enum(execApiVersions).nullish(),
  provideClusterInfo: z
    .boolean()
    .nullish()
    .transform((value) => value === true),
  installHint: word.nullish().transform((value) => (value == null || value === '' ? undefined : value)),
  // Ours: pkg/access ignores fields that it does not know.
  sha256: z
    .string()
    .regex(/^[0-9a-fA-F]{64}$/, 'must be a SHA-256 in hexadecimal, 64 characters')
    .nullish()
    .transform((value) => value?.toLowerCase()),
  interactiveMode: z.enum(['', 'Never', 'IfAvailable']).nullish(),
});

export const providerFileSchema = z.object({
  providers: list(
    z.object({
      name: word.min(1, 'must not be empty'),
      execConfig: execSchema,
      profileSourcedCLIArgsPolicy: policy(['Append', 'Ignore']),
      profileSourcedEnvVarsPolicy: policy(['AppendIfNotExists', 'Replace', 'Ignore']),
    }),
  ),
});

export type ExecFields = z.output<typeof execSchema>;
