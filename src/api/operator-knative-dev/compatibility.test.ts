import { describe, expect, it } from 'vitest';
import { customResourceDefinition } from '../crd/index.ts';
import { narrower, rootOf, type Schema } from '../crd/testing/narrower-schema.ts';
import { referenceDefinition } from '../crd/testing/reference-definition.ts';
import { knativeEventing } from './knative-eventing.ts';
import { knativeServing } from './knative-serving.ts';

/**
 * A manifest that the CRDs of knative/operator accept must be accepted here. They lie outside the repository; where
 * they are absent the tests that need them are told as skipped.
 */
const kinds = [knativeServing, knativeEventing];

/** Fields where ours is stricter, each with its reason. There is none. */
const stricterOnPurpose: Readonly<Record<string, string>> = {};

describe('compatibility with knative/operator', () => {
  it.each(kinds)('the kind $kind keeps its group, version and names', ({ kind }) => {
    expect(ours(kind).type).toBe('object');
  });

  for (const { kind, plural } of kinds) {
    const reference = referenceDefinition(`operator.knative.dev_${plural}.yaml`);
    it.skipIf(reference.isAbsent)(`every ${kind} that ${reference.name} accepts is accepted here`, () => {
      const differences = narrower(rootOf(reference.read()), ours(kind), '');
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
