import { existsSync, readFileSync } from 'node:fs';
import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { customResourceDefinition } from '../crd/index.ts';
import { narrower, rootOf, type Schema } from '../crd/testing/narrower-schema.ts';
import { knativeEventing } from './knative-eventing.ts';
import { knativeServing } from './knative-serving.ts';

/**
 * A manifest that the CRDs of knative/operator accept must be accepted here. They lie outside the repository; where
 * they are absent only the first test runs.
 */
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
