import type * as z from 'zod';

/** One thing that is wrong with a configuration, as a sentence: the field's path first, never a secret value. */
export function describeIssue(issue: z.core.$ZodIssue): string {
  const path = fieldPath(issue.path);
  return path === '' ? `the document ${issue.message}` : `${path} ${issue.message}`;
}

/** `users[0].user.exec.command`; keys that are not plain names are quoted. */
export function fieldPath(path: readonly PropertyKey[]): string {
  let text = '';
  for (const key of path) {
    if (typeof key === 'number') text += `[${key}]`;
    else if (/^[\w-]+$/.test(String(key))) text += text === '' ? String(key) : `.${String(key)}`;
    else text += `['${String(key)}']`;
  }
  return text;
}

/**
 * The error map for zod: says what must be, and of what type the given value is. The value itself is told for
 * enumerations only, because any other field may hold a secret.
 */
export function issueMessage(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined
        ? 'is required'
        : `must be ${withArticle(issue.expected)}, not ${withArticle(typeName(issue.input))}`;
    case 'invalid_value': {
      const allowed = issue.values.map((value) => `'${String(value)}'`).join(', ');
      return `must be one of ${allowed}${typeof issue.input === 'string' ? `, not '${issue.input.slice(0, 60)}'` : ''}`;
    }
    default:
      return undefined;
  }
}

function typeName(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

function withArticle(type: string): string {
  if (type === 'null') return type;
  return /^[aeio]/.test(type) ? `an ${type}` : `a ${type}`;
}
