import { dump } from 'js-yaml';
import type { KubeObject } from '../../api/index.ts';
import { maskSecrets } from '../../controller/index.ts';
import { plainText } from '../terminal/plain-text.ts';

/**
 * An object as lines of YAML with sorted keys, names first, so that two can be compared line by line. Whoever may write to the
 * cluster chooses what stands there: no line commands a terminal or shows what looks like a credential.
 */
export function objectLines(object: KubeObject | undefined): readonly string[] {
  if (object === undefined) return [];
  const { apiVersion, kind, metadata, ...rest } = object;
  const ordered = { apiVersion, kind, metadata: sorted(metadata), ...(sorted(rest) as object) };
  const text = dump(ordered, { noRefs: true, lineWidth: -1, skipInvalid: true });
  return maskSecrets(text)
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => {
      const content = line.trimStart();
      return line.slice(0, line.length - content.length) + plainText(content);
    });
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const rank = (key: string): string => (key === 'name' ? '' : key);
  const fields = Object.entries(value).sort(([a], [b]) => (rank(a) < rank(b) ? -1 : 1));
  return Object.fromEntries(fields.map(([key, field]) => [key, sorted(field)]));
}
