/**
 * How much of the beginning of a text is a path into an object, as API servers write paths: of validation,
 * `spec.containers[0].env[1].value`, `data[key]`; of conflicts, `.spec.containers[name="web"].env`. 0 where it is none.
 */
export function pathLength(text: string, object: unknown): number {
  const start = text.startsWith('.') ? 1 : 0;
  const step = keyStep(text.slice(start), object);
  return step === undefined ? 0 : start + step.length + rest(text.slice(start + step.length), step.value);
}

interface Step {
  readonly length: number;
  readonly value: unknown;
}

function rest(text: string, value: unknown): number {
  const step = nextStep(text, value);
  return step === undefined ? 0 : step.length + rest(text.slice(step.length), step.value);
}

function nextStep(text: string, value: unknown): Step | undefined {
  if (text.startsWith('.')) {
    const step = keyStep(text.slice(1), value);
    return step && { ...step, length: step.length + 1 };
  }
  if (!text.startsWith('[')) return undefined;
  return Array.isArray(value) ? itemStep(text, value) : bracketStep(text, value);
}

/** Keys may hold dots themselves: the longest that fits is meant. */
function keyStep(text: string, value: unknown): Step | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const [found] = Object.entries(value)
    .filter(([key]) => key !== '' && text.startsWith(key) && /^(?:[^\w-]|$)/.test(text.slice(key.length)))
    .toSorted(([a], [b]) => b.length - a.length);
  return found && { length: found[0].length, value: found[1] };
}

function bracketStep(text: string, value: unknown): Step | undefined {
  const step = keyStep(text.slice(1), value);
  return step !== undefined && text[step.length + 1] === ']'
    ? { ...step, length: step.length + 2 }
    : undefined;
}

/** By its index, or by the keys that tell one item from another. */
function itemStep(text: string, items: readonly unknown[]): Step | undefined {
  const index = /^\[(\d{1,6})\]/.exec(text);
  if (index !== null) return { length: index[0].length, value: items[Number(index[1])] };
  const keys = /^\[(\w+=(?:"[^"\\]*"|[\w.-]+)(?:,\w+=(?:"[^"\\]*"|[\w.-]+))*)\]/.exec(text);
  if (keys === null) return undefined;
  const wanted = (keys[1] ?? '').split(',').map((pair): [string, string] => {
    const [key = '', ...parts] = pair.split('=');
    return [key, parts.join('=').replaceAll('"', '')];
  });
  if (!wanted.every(([key]) => mergeKeys.has(key))) return undefined;
  const item = items.find((one) => wanted.every(([key, of]) => fieldOf(one, key) === of));
  return item === undefined ? undefined : { length: keys[0].length, value: item };
}

/** Of built-in kinds; none of them holds a secret. */
const mergeKeys: ReadonlySet<string> = new Set([
  'name',
  'containerPort',
  'port',
  'protocol',
  'mountPath',
  'devicePath',
  'ip',
  'type',
  'uid',
  'topologyKey',
  'whenUnsatisfiable',
]);

function fieldOf(item: unknown, key: string): string | undefined {
  const value = (item as Readonly<Record<string, unknown>> | null | undefined)?.[key];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}
