import { load } from 'js-yaml';
import { childAt } from './dot-path.ts';
import { type JsonPath, valueAt } from './json-path.ts';
import { leadingFloat, leadingInteger } from './leading-number.ts';
import { parseQuantity } from './quantity.ts';

export type ValueType = 'float64' | 'int64' | 'quantity';

/** How a number is found in a text. */
export type ValueFormat =
  | { readonly format: 'number' }
  | { readonly format: 'json'; readonly path: JsonPath }
  /** Keys and places in lists, joined by dots. */
  | { readonly format: 'yaml'; readonly path: string };

/** There is no number where there must be one. The message never quotes the text: it may come from a Secret. */
export class ValueError extends Error {
  override readonly name = 'ValueError';
}

/** Reads the number of a text as KEDA's trigger `kubernetes-resource` does. Throws ValueError. */
export function readValue(text: string, how: ValueFormat, type: ValueType): number {
  switch (how.format) {
    case 'number':
      return required(fromText(text, type), `the text is no ${names[type]}`);
    case 'json': {
      const value = valueAt(how.path, parsed(text));
      if (value === undefined) throw new ValueError(`nothing is at '${how.path.text}'`);
      return required(fromJson(value, type), `what is at '${how.path.text}' is no ${names[type]}`);
    }
    case 'yaml': {
      const value = childAt(loaded(text), how.path);
      if (value === undefined) throw new ValueError(`nothing is at '${how.path}'`);
      return required(fromYaml(value, type), `what is at '${how.path}' is no ${names[type]}`);
    }
  }
}

const names: Readonly<Record<ValueType, string>> = {
  float64: 'number',
  int64: 'whole number',
  quantity: 'quantity',
};

function fromText(text: string, type: ValueType): number | undefined {
  if (type === 'float64') return leadingFloat(text);
  return type === 'int64' ? leadingInteger(text) : parseQuantity(text);
}

function fromJson(value: unknown, type: ValueType): number | undefined {
  if (typeof value === 'number') return type === 'int64' ? Math.trunc(value) : value;
  return typeof value === 'string' && type !== 'int64' ? parseQuantity(value) : undefined;
}

function fromYaml(value: unknown, type: ValueType): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'string') return undefined;
  return type === 'quantity' ? parseQuantity(value) : leadingFloat(value);
}

function required(value: number | undefined, otherwise: string): number {
  if (value === undefined) throw new ValueError(otherwise);
  return value;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // The reason of the parser quotes the text.
    throw new ValueError('the text is no JSON');
  }
}

function loaded(text: string): unknown {
  try {
    return load(text);
  } catch {
    throw new ValueError('the text is no YAML');
  }
}
