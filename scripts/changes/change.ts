import { load } from 'js-yaml';
import * as z from 'zod';

/** The sections of Keep a Changelog, in its order. */
export const kinds = ['added', 'changed', 'deprecated', 'removed', 'fixed', 'security'] as const;

const schema = z.union([
  z.strictObject({
    kind: z.enum(kinds),
    /** What a user has to do, if anything. */
    upgrade: z.string().optional(),
  }),
  // A change that no user notices says why.
  z.strictObject({ none: z.string().min(1) }),
]);

/** What a user may notice about one change of the code. */
export interface Change {
  readonly kind: (typeof kinds)[number];
  readonly note: string;
  readonly upgrade?: string | undefined;
}

/**
 * Reads a file of `changes`: YAML between two lines of dashes, then the note. Undefined where users notice nothing. Throws with
 * the name of the file and what it must be.
 */
export function parseChange(file: string, text: string): Change | undefined {
  const [, head, body = ''] = /^---\n(.*?)\n---\n(.*)$/s.exec(text) ?? [];
  if (head === undefined)
    throw new Error(`${file} must begin with a line '---', fields, and another line '---'`);
  const { data, error } = schema.safeParse(load(head));
  if (data === undefined)
    throw new Error(
      `${file} must say 'kind: ${kinds.join('|')}', or 'none: REASON': ${error.issues[0]?.message ?? ''}`,
    );
  const note = body.trim();
  if ('none' in data) return undefined;
  if (note === '') throw new Error(`${file} must have a note for users below the second '---'`);
  return { ...data, note };
}
