import { existsSync, readFileSync } from 'node:fs';
import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { customResourceDefinition } from '../crd/index.ts';
import { knativeEventing } from './knative-eventing.ts';
import { knativeServing } from './knative-serving.ts';

/**
 * A manifest that the CRDs of knative/operator accept must be accepted here. They lie outside the repository; where
 * they are absent only the first test runs.
 */
interface Schema {
  readonly type?: string;
  readonly format?: string;
  readonly pattern?: string;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly additionalProperties?: Schema;
  readonly minLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly 'x-kubernetes-int-or-string'?: boolean;
  readonly 'x-kubernetes-list-type'?: string;
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
  readonly 'x-kubernetes-map-type'?: string;
}

const kinds = [knativeServing, knativeEventing];

/** Fields where ours is stricter, each with its reason. There is none. */
const stricterOnPurpose: Readonly<Record<string, string>> = {};

describe('compatibility with knative/operator', () => {
  it.each(kinds)('the kind $kind keeps its group, version and names', ({ kind }) => {
    expect(ours(kind).type).toBe('object');
  });

  for (const { kind, plural } of kinds) {
    const file = new URL(`../../../../shared/data/crds/operator.knative.dev_${plural}.yaml`, import.meta.url);
    if (!existsSync(file)) continue;
    it(`every ${kind} that its schema accepts is accepted here`, () => {
      const theirs = load(readFileSync(file, 'utf8'));
      const differences = narrower(rootOf(theirs), ours(kind), '');
      expect(differences.filter((difference) => !(difference in stricterOnPurpose))).toEqual([]);
    });
  }

  it('notices every way of being stricter', () => {
    const strict: Schema = {
      type: 'object',
      required: ['a'],
      properties: { a: { type: 'string', enum: ['x'], minLength: 1 }, b: { type: 'integer', minimum: 1 } },
    };
    const loose: Schema = {
      type: 'object',
      properties: { a: { type: 'string' }, b: { type: 'string' }, c: { type: 'string' } },
    };
    expect(narrower(loose, strict, '')).toEqual([
      ".a: 'enum' is stricter",
      ".a: 'minLength' is stricter",
      '.a: is required',
      ".b: 'minimum' is stricter",
      ".b: 'type' differs",
      '.c: is missing',
    ]);
  });
});

function ours(kind: string): Schema {
  const definition = kinds.find((candidate) => candidate.kind === kind);
  if (definition === undefined) throw new Error(`no kind ${kind}`);
  return rootOf(customResourceDefinition(definition));
}

function rootOf(crd: unknown): Schema {
  const { spec } = crd as { spec: { versions: readonly [{ schema: { openAPIV3Schema: Schema } }] } };
  return spec.versions[0].schema.openAPIV3Schema;
}

function narrower(theirs: Schema, mine: Schema, path: string): readonly string[] {
  const limits = ['enum', 'pattern', 'minLength', 'minimum', 'maximum'] as const;
  const identical = ['type', 'format', 'default', 'x-kubernetes-int-or-string'] as const;
  const merging = ['x-kubernetes-list-type', 'x-kubernetes-list-map-keys', 'x-kubernetes-map-type'] as const;
  const found = [
    ...limits
      .filter((key) => mine[key] !== undefined && JSON.stringify(mine[key]) !== JSON.stringify(theirs[key]))
      .map((key) => `${path}: '${key}' is stricter`),
    ...[...identical, ...merging]
      .filter((key) => JSON.stringify(mine[key]) !== JSON.stringify(theirs[key]))
      .map((key) => `${path}: '${key}' differs`),
  ];
  for (const [name, theirProperty] of Object.entries(theirs.properties ?? {})) {
    const below = `${path}.${name}`;
    const property = mine.properties?.[name];
    found.push(
      ...(property === undefined ? [`${below}: is missing`] : narrower(theirProperty, property, below)),
    );
  }
  for (const name of mine.required ?? []) {
    if (theirs.required?.includes(name) !== true) found.push(`${path}.${name}: is required`);
  }
  for (const key of ['items', 'additionalProperties'] as const) {
    const their = theirs[key];
    if (their === undefined) continue;
    const my = mine[key];
    found.push(...(my === undefined ? [`${path}: '${key}' is missing`] : narrower(their, my, `${path}[]`)));
  }
  return found.sort();
}
