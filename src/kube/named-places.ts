import { pathLength } from './leading-path.ts';
import type { Span } from './masked-occurrences.ts';

/**
 * Where a text of an API server names an object that was sent, its kind, or a field of it: there it quotes no value, even
 * where one is the same. As apimachinery writes them: `Deployment.apps "web" is invalid: spec.replicas: Invalid value`,
 * `(ns/web; apps/v1, Kind=Deployment): .spec.replicas: expected …`.
 */
export function namedPlaces(text: string, object: unknown): readonly Span[] {
  if (typeof object !== 'object' || object === null) return [];
  return [...objectPlaces(text, object), ...fieldPlaces(text, object)];
}

function objectPlaces(text: string, object: object): readonly Span[] {
  const { apiVersion, kind, metadata } = object as Readonly<Record<string, unknown>>;
  const { namespace, name } = (metadata ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof apiVersion !== 'string' || typeof kind !== 'string' || typeof name !== 'string') return [];
  const group = apiVersion.includes('/') ? apiVersion.replace(/\/.*/, '') : '';
  // `Policy.example.com "a"`, and `policies.example.com "a"` where the resource is named.
  const kinds = `${escaped(kind)}|${escaped(kind.toLowerCase().replace(/y$/, ''))}[a-z]{0,3}`;
  const ofGroup = group === '' ? '' : `(?:\\.${escaped(group)})?`;
  const quoted = new RegExp(
    `(?<![\\w."'])((?:${kinds})${ofGroup}) (?:\\\\?")(${escaped(name)})(?=\\\\?")`,
    'gd',
  );
  const place = typeof namespace === 'string' ? `${escaped(namespace)}/` : '/?';
  const typed = new RegExp(
    `\\((${place}${escaped(name)}); (${escaped(apiVersion)}), Kind=(${escaped(kind)})\\)`,
    'gd',
  );
  return [quoted, typed].flatMap((pattern) =>
    [...text.matchAll(pattern)].flatMap(({ indices = [] }) =>
      // Each by itself: a value that holds more than one of them is quoted.
      indices.slice(1).flatMap((pair) => (pair === undefined ? [] : [{ start: pair[0], end: pair[1] }])),
    ),
  );
}

/** Where a path may begin: not within a word, nor in quotes, where values stand. */
const beginning = /(?<![\w.\]["'\\[&{-])\.?[A-Za-z]/g;
function fieldPlaces(text: string, object: object): readonly Span[] {
  return [...text.matchAll(beginning)].flatMap(({ index: start }) => {
    const length = pathLength(text.slice(start), object);
    const end = start + length;
    return length > 0 && isFieldPlace(text, { start, end }) ? [{ start, end }] : [];
  });
}

/** An error about it follows, or it is an item of a list of conflicts: other words may look like a path, too. */
function isFieldPlace(text: string, { start, end }: Span): boolean {
  const after = text.slice(end, end + 3);
  if (!text.startsWith('.', start)) return /^: [A-Z]/.test(after);
  const isListed = [': ', '- '].includes(text.slice(Math.max(0, start - 2), start));
  return after.startsWith(': ') || (isListed && /^(?:,|\s|$)/.test(after));
}

function escaped(text: string): string {
  return text.replaceAll(/[$()*+.?[\\\]^{|}]/g, '\\$&');
}
