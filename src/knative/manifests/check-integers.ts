import type { KubeObject } from '../../api/index.ts';
import { ManifestError } from './manifest-error.ts';

/**
 * Refuses an object of a document with an integer that would reach the cluster as another one. Throws a ManifestError
 * that names the field.
 */
export function checkIntegers(object: KubeObject, document: string, where: string): void {
  if (!hasLongInteger.test(document)) return;
  const losesDigits = (value: number, field: string): boolean =>
    Number.isInteger(value) &&
    !Number.isSafeInteger(value) &&
    !document.includes(String(value)) &&
    !(object.kind === 'CustomResourceDefinition' && bounds.some((name) => field.endsWith(name)));
  const field = findNumber(object, '', losesDigits);
  if (field === undefined) return;
  throw new ManifestError(
    `${object.kind} ${object.metadata.name} in ${where} has a number at ${field} that would lose digits: an integer ` +
      `must be between -${Number.MAX_SAFE_INTEGER} and ${Number.MAX_SAFE_INTEGER}, or a text in quotes`,
  );
}

/** Nearly no document has one, so nearly no object has to be searched. */
const hasLongInteger = /(?<![\w.])(?:[0-9]{16,}|0x[0-9a-f]{14,}|0o[0-7]{18,})(?![\w.])/i;

/** Bounds in the schema of a definition are floating-point numbers for the API server too. */
const bounds = ['.minimum', '.maximum', '.multipleOf'];

function findNumber(
  value: unknown,
  field: string,
  isWanted: (value: number, field: string) => boolean,
): string | undefined {
  if (typeof value === 'number') return isWanted(value, field) ? field : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, child] of Object.entries(value)) {
    const step = Array.isArray(value) ? `[${key}]` : field === '' ? key : `.${key}`;
    const found = findNumber(child, `${field}${step}`, isWanted);
    if (found !== undefined) return found;
  }
  return undefined;
}
