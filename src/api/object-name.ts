import { z } from 'zod';

const label = '[a-z0-9](?:[-a-z0-9]*[a-z0-9])?';

/** What the API server takes for the name of a custom resource: a DNS-1123 subdomain. */
export const objectName = named(
  new RegExp(`^${label}(?:\\.${label})*$`),
  253,
  "must be at most 253 lower-case letters, digits, '-' and '.', with a letter or digit at both ends and on both sides of each '.'",
);

/** What it takes for a namespace: a DNS-1123 label. */
export const namespaceName = named(
  new RegExp(`^${label}$`),
  63,
  "must be at most 63 lower-case letters, digits and '-', with a letter or digit at both ends",
);

function named(pattern: RegExp, longest: number, message: string): z.ZodType<string> {
  return z.string().refine((name) => name.length <= longest && pattern.test(name), message);
}
