import { matchesGlob } from './glob.ts';

/** A path that is none, or that asks for what is not supported; the message quotes the path and says which. */
export class JsonPathError extends Error {
  override readonly name = 'JsonPathError';
}

interface Comparison {
  readonly path: readonly Step[];
  readonly operator: string;
  readonly value: unknown;
}

type Step =
  | { readonly kind: 'key'; readonly key: string }
  /** `*` and `?` in a key: the first that matches. */
  | { readonly kind: 'pattern'; readonly pattern: string }
  /** `#`: how many there are, or what follows of each. */
  | { readonly kind: 'each' }
  /** `#(…)` the first, `#(…)#` all that compare so. */
  | { readonly kind: 'query'; readonly comparison: Comparison; readonly isAll: boolean };

/** A path in the syntax of GJSON, read once. */
export interface JsonPath {
  readonly text: string;
  readonly steps: readonly Step[];
}

/**
 * Reads a GJSON path: keys joined by dots (`\.` for a dot in a key), places in lists, `*` and `?` in keys, `#`, and queries
 * such as `#(name=="a").value`. Throws JsonPathError for what is no path, and for modifiers (`@…`), literals (`!…`), lines
 * (`..`) and several paths at once (`{…}`, `[…]`), which nobody needs for one number.
 */
export function parseJsonPath(text: string): JsonPath {
  if (text.length > longestPath) throw new JsonPathError(`a path may have ${longestPath} characters`);
  return { text, steps: parseSteps(text, text) };
}

/** Patterns are compared with whatever keys a server sends. */
const longestPath = 256;

/** What is at the path; undefined where nothing is. */
export function valueAt(path: JsonPath, document: unknown): unknown {
  return walk(path.steps, 0, document);
}

function parseSteps(text: string, whole: string): Step[] {
  const refuse = (why: string): JsonPathError => new JsonPathError(`the path '${whole}' ${why}`);
  if (text === '') throw refuse('is empty');
  if (/^(?:@|!|\{|\[|\.\.)/.test(text))
    throw refuse('uses modifiers or several paths, which are not supported');
  const steps: Step[] = [];
  for (let at = 0; at <= text.length;) {
    if (text[at] === '#' && text[at + 1] === '(') {
      const end = closing(text, at + 1);
      if (end === undefined) throw refuse('has a query without its end');
      const isAll = text[end + 1] === '#';
      steps.push({ kind: 'query', comparison: parseComparison(text.slice(at + 2, end), whole), isAll });
      at = end + (isAll ? 2 : 1);
      if (at < text.length && text[at] !== '.') throw refuse('goes on after a query without a dot');
      if (++at > text.length) return steps;
      continue;
    }
    const { key, isPattern, next } = readKey(text, at);
    if (key === '') throw refuse('has an empty key');
    if (key === '#') steps.push({ kind: 'each' });
    else if (isPattern) steps.push({ kind: 'pattern', pattern: text.slice(at, next) });
    else steps.push({ kind: 'key', key });
    if (next < text.length && text[next] === '|') throw refuse('uses pipes, which are not supported');
    at = next + 1;
    if (at > text.length) return steps;
    if (at < text.length && /[@{[!]/.test(text[at] ?? ''))
      throw refuse('uses modifiers or several paths, which are not supported');
  }
  throw refuse('ends with a dot');
}

function readKey(
  text: string,
  from: number,
): { readonly key: string; readonly isPattern: boolean; readonly next: number } {
  let key = '';
  let isPattern = false;
  let at = from;
  for (; at < text.length; at++) {
    const character = text[at] ?? '';
    if (character === '.' || character === '|') break;
    if (character === '\\') key += text[++at] ?? '';
    else {
      isPattern ||= character === '*' || character === '?';
      key += character;
    }
  }
  return { key, isPattern, next: at };
}

/** Where the parenthesis at `open` ends, quotes and inner ones considered. */
function closing(text: string, open: number): number | undefined {
  let depth = 0;
  for (let at = open; at < text.length; at++) {
    const character = text[at];
    if (character === '"') {
      for (at++; at < text.length && text[at] !== '"'; at++) if (text[at] === '\\') at++;
    } else if (character === '(') depth++;
    else if (character === ')' && --depth === 0) return at;
  }
  return undefined;
}

function parseComparison(text: string, whole: string): Comparison {
  const start = operatorAt(text);
  const left = text.slice(0, start).trim();
  const [operator = ''] = /^(?:==|!=|<=|>=|!%|=|<|>|%)/.exec(text.slice(start)) ?? [];
  if (operator === '' && (left === '' || start < text.length))
    throw new JsonPathError(`the path '${whole}' has the query '${text}', which is not understood`);
  return {
    path: left === '' ? [] : parseSteps(left, whole),
    operator: operator === '=' ? '==' : operator,
    value: operator === '' ? undefined : literalOf(text.slice(start + operator.length).trim()),
  };
}

/** Where the comparison of a query begins, outside of queries within it; its end where it has none. */
function operatorAt(text: string): number {
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '(') at = closing(text, at) ?? text.length;
    else if (/[!<=>%]/.test(text[at] ?? '')) return at;
  }
  return text.length;
}

/** What a query compares with: JSON, or else the text as it stands. */
function literalOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function walk(steps: readonly Step[], at: number, value: unknown): unknown {
  const step = steps[at];
  if (step === undefined || value === undefined) return value;
  switch (step.kind) {
    case 'key':
      return walk(steps, at + 1, childOf(value, step.key));
    case 'pattern':
      return walk(steps, at + 1, firstMatch(value, step.pattern));
    case 'each':
      if (!Array.isArray(value)) return undefined;
      return at === steps.length - 1 ? value.length : eachOf(steps, at, value);
    case 'query': {
      if (!Array.isArray(value)) return undefined;
      if (!step.isAll)
        return walk(
          steps,
          at + 1,
          value.find((item) => isMatch(step.comparison, item)),
        );
      const found = value.filter((item) => isMatch(step.comparison, item));
      return at === steps.length - 1 ? found : eachOf(steps, at, found);
    }
  }
}

function eachOf(steps: readonly Step[], at: number, values: readonly unknown[]): unknown {
  return values.map((item) => walk(steps, at + 1, item)).filter((item) => item !== undefined);
}

function childOf(value: unknown, key: string): unknown {
  if (Array.isArray(value)) return /^\d+$/.test(key) ? (value as unknown[])[Number(key)] : undefined;
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as Readonly<Record<string, unknown>>)[key];
}

function firstMatch(value: unknown, pattern: string): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return Object.entries(value).find(([key]) => matchesGlob(pattern, key))?.[1];
}

function isMatch({ path, operator, value }: Comparison, item: unknown): boolean {
  const found = walk(path, 0, item);
  if (operator === '') return found !== undefined;
  if (found === undefined) return false;
  if (operator === '%' || operator === '!%')
    return (
      typeof found === 'string' &&
      typeof value === 'string' &&
      matchesGlob(value, found) === (operator === '%')
    );
  if (typeof found !== typeof value || found === null || typeof found === 'object')
    return operator === '!=' ? found !== value : operator === '==' && found === value;
  const [left, right] = [found as number, value as number];
  switch (operator) {
    case '==':
      return left === right;
    case '!=':
      return left !== right;
    case '<':
      return left < right;
    case '<=':
      return left <= right;
    case '>':
      return left > right;
    default:
      return left >= right;
  }
}
