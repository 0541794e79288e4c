import { isRecord } from '../api/index.ts';
import { maskedAnswer } from './masked-answer.ts';
import { maskedOccurrences } from './masked-occurrences.ts';
import { namedPlaces } from './named-places.ts';

/** What is shorter stands in messages for other reasons too. */
const shortest = 6;

/**
 * An answer without what its request carries in the places where people keep secrets, and which API servers quote when
 * they refuse an object: all of a Secret, the values of a ConfigMap, and those of environment variables. Where the answer
 * names the object, its kind or a field, these stay, even where a value is the same.
 */
export function withoutContent(text: string, body: string | undefined): string {
  if (body === undefined || text === '') return text;
  const object = parse(body);
  const secrets = new Set(secretsIn(object).flatMap((value) => value.split('\n').flatMap(withinSpace)));
  const forms = [...secrets].filter((value) => value.trim().length >= shortest).flatMap(formsOf);
  const unique = [...new Set(forms)];
  const mask = (part: string): string => maskedOccurrences(part, unique, namedPlaces(part, object));
  // As it is meant, whichever way its characters are escaped.
  const answer = parse(text);
  if (!isRecord(answer)) return mask(text);
  try {
    const told = JSON.stringify(maskedAnswer(answer, object, mask));
    return told === JSON.stringify(answer) ? text : told;
  } catch (error) {
    if (error instanceof RangeError) return nested;
    throw error;
  }
}

/** Instead of an answer that is nested too deeply to look through; no API server gives one. */
const nested = 'an answer that is nested too deeply';

function secretsIn(object: unknown): readonly string[] {
  if (!isRecord(object)) return [];
  const { apiVersion, kind, metadata: _metadata, type: _type, ...content } = object;
  if (apiVersion === 'v1' && kind === 'Secret') return [...leaves(content), ...decoded(content['data'])];
  if (apiVersion === 'v1' && kind === 'ConfigMap')
    return [...leaves([content['data'], content['binaryData']]), ...decoded(content['binaryData'])];
  return variables(content);
}

/** Servers and webhooks see, and quote, what base64 stands for. */
function decoded(data: unknown): readonly string[] {
  return leaves(data).map((value) => Buffer.from(value, 'base64').toString());
}

/** Whoever reads a line as YAML quotes it without its indentation, and without a carriage return. */
function withinSpace(line: string): readonly string[] {
  return [line, line.trim()];
}

/** Values below every `env`, wherever a kind has one. */
function variables(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(variables);
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([key, child]) =>
    key === 'env' && Array.isArray(child)
      ? child.flatMap((variable: unknown) =>
          isRecord(variable) ? leaves(variable['value']) : leaves(variable),
        )
      : variables(child),
  );
}

function leaves(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value === 'number') return [String(value)];
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(leaves);
  return [];
}

/** As it is, and as it stands in JSON, and in text that is quoted in JSON once more. */
function formsOf(value: string): readonly string[] {
  const once = escaped(value);
  // Go escapes these in JSON.
  const byGo = once.replaceAll('&', '\\u0026').replaceAll('<', '\\u003c').replaceAll('>', '\\u003e');
  return [value, once, byGo, escaped(once), escaped(byGo)];
}

function escaped(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
