import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { recordFile, type ProcessRecord } from './process-record.ts';

const identity = z.object({ pid: z.int().positive(), startedAt: z.string() });
const schema = z.object({
  owner: identity,
  supervisor: identity,
  components: z.array(identity.extend({ name: z.string() })),
});

/** Undefined when no bed is recorded there. Throws when the file is not a record. */
export function readRecord(bedDirectory: string): ProcessRecord | undefined {
  const file = recordFile(bedDirectory);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const parsed = schema.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  const issues = z.prettifyError(parsed.error).replaceAll('\n', ' ');
  throw new Error(`'${file}' is not the record of a bed (${issues}); remove the file if no bed runs there`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
