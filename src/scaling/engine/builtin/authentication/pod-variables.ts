import { isRecord } from '../../../../api/index.ts';
import { type Fields, listAt, recordAt } from '../../../fields.ts';
import type { SourceKind } from '../triggers/hub-objects.ts';
import { TriggerError } from '../triggers/trigger.ts';

/** A variable that an authentication asks for. */
export interface Variable {
  readonly name: string;
  /** The first container by default. */
  readonly containerName?: string | undefined;
}

/** What a variable is; `why` where every pod has its own. */
export type Found = { readonly value: string } | { readonly why: string };

/** The data of a ConfigMap, or of a Secret with its values decoded; undefined where there is none. */
export type ReadData = (
  kind: SourceKind,
  name: string,
) => Promise<Readonly<Record<string, string>> | undefined>;

/** References in references can make much of little. */
const longest = 1 << 20;
/** Entries that are looked at for one variable: somebody may write an object only to keep others waiting. */
const mostLooks = 2_000;

/**
 * A variable as Kubernetes gives it to a container of a pod (API reference core/v1, Container.env and envFrom): `env` wins
 * over `envFrom`, what stands later over what stands earlier, and `$(NAME)` is what stands before it. Only what the variable
 * is made from is read. Throws TriggerError, with `what` in front, where it or a part of it is missing.
 */
export async function podVariable(
  template: unknown,
  variable: Variable,
  what: string,
  read: ReadData,
): Promise<Found> {
  const container = containerOf(template, variable, what);
  const found = await new Variables(container, what, read).find(variable.name);
  if (found !== undefined) return found;
  throw new TriggerError(`${what} has no variable ${variable.name}`);
}

function containerOf(template: unknown, { containerName = '' }: Variable, what: string): Fields {
  const containers = listAt(recordAt(template, 'spec'), 'containers');
  const container =
    containerName === '' ? containers[0] : containers.find(({ name }) => name === containerName);
  if (container !== undefined) return container;
  throw new TriggerError(`${what} has no container${containerName === '' ? '' : ` ${containerName}`}`);
}

/** Variables of one container, each made once. */
class Variables {
  readonly #env: readonly Fields[];
  readonly #sources: readonly Fields[];
  readonly #what: string;
  readonly #read: ReadData;
  readonly #made = new Map<number, Promise<Found | undefined>>();
  /** Where in `env` a name stands, in order. */
  readonly #places: ReadonlyMap<unknown, readonly number[]>;
  #looks = 0;

  constructor(container: Fields, what: string, read: ReadData) {
    this.#env = listAt(container, 'env');
    this.#places = Map.groupBy(this.#env.keys(), (at) => this.#env[at]?.['name']);
    this.#sources = listAt(container, 'envFrom');
    this.#what = what;
    this.#read = read;
  }

  /** The last of this name before the place; undefined where there is none. It only ever looks further ahead: it ends. */
  async find(name: string, before = this.#env.length): Promise<Found | undefined> {
    this.#look(name);
    for (const at of this.#places.get(name)?.toReversed() ?? []) {
      this.#look(name);
      const entry = this.#env[at];
      if (at >= before || entry === undefined) continue;
      const made = this.#made.get(at) ?? this.#make(name, entry, at);
      this.#made.set(at, made);
      const found = await made;
      // Optional and not there: as if it did not stand here.
      if (found !== undefined) return found;
    }
    return this.#fromSources(name);
  }

  #look(name: string): void {
    if (++this.#looks > mostLooks)
      throw new TriggerError(`${this.#what} needs more than ${mostLooks} variables for ${name}`);
  }

  async #make(name: string, { value, valueFrom }: Fields, at: number): Promise<Found | undefined> {
    if (typeof value === 'string' && value !== '') return this.#expand(name, value, at);
    if (!isRecord(valueFrom)) return { value: '' };
    for (const [kind, field] of [
      ['Secret', 'secretKeyRef'],
      ['ConfigMap', 'configMapKeyRef'],
    ] as const) {
      const reference = valueFrom[field];
      if (!isRecord(reference)) continue;
      const key = text(reference['key']);
      const data = await this.#data(kind, reference);
      if (data !== undefined && Object.hasOwn(data, key)) return { value: data[key] ?? '' };
      if (reference['optional'] === true) return undefined;
      throw new TriggerError(
        `${this.#what} needs the key '${key}' of the ${kind} ${text(reference['name'])} for ${name}`,
      );
    }
    return { why: `${name} is another one in each pod` };
  }

  async #fromSources(name: string): Promise<Found | undefined> {
    for (const source of this.#sources.toReversed()) {
      const prefix = text(source['prefix']);
      if (!name.startsWith(prefix)) continue;
      const key = name.slice(prefix.length);
      for (const [kind, field] of [
        ['ConfigMap', 'configMapRef'],
        ['Secret', 'secretRef'],
      ] as const) {
        const reference = source[field];
        if (!isRecord(reference)) continue;
        const data = await this.#data(kind, reference);
        if (data !== undefined && Object.hasOwn(data, key)) return { value: data[key] ?? '' };
      }
    }
    return undefined;
  }

  async #data(kind: SourceKind, reference: Fields): Promise<Readonly<Record<string, string>> | undefined> {
    const name = text(reference['name']);
    const data = await this.#read(kind, name);
    if (data !== undefined || reference['optional'] === true) return data;
    throw new TriggerError(`${this.#what} needs the ${kind} ${name}, which does not exist`);
  }

  /** `$$` is a dollar, and a reference to what is not there stays as it is written. */
  async #expand(name: string, value: string, at: number): Promise<Found> {
    let result = '';
    let end = 0;
    for (const { 0: match, 1: other, index } of value.matchAll(/\$\$|\$\(([^)]{0,512})\)/g)) {
      const found = other === undefined ? { value: '$' } : await this.find(other, at);
      if (found !== undefined && 'why' in found) return found;
      result += value.slice(end, index) + (found?.value ?? match);
      end = index + match.length;
      if (result.length > longest)
        throw new TriggerError(`${this.#what} makes ${name} longer than ${longest} characters`);
    }
    return { value: result + value.slice(end) };
  }
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
