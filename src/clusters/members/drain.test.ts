import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { drainedAliases, drainMark } from './drain.ts';

const label = fc.stringMatching(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/);
const alias = fc.array(label, { minLength: 1, maxLength: 3 }).map((labels) => labels.join('.'));

test('every alias has an annotation of its own that the API takes, and that drains it and nobody else', () => {
  fc.assert(
    fc.property(fc.uniqueArray(alias, { maxLength: 5 }), (aliases) => {
      const marks = aliases.map(drainMark);
      for (const { annotation } of marks)
        expect(annotation).toMatch(/^drain\.wheelwright\.dev\/[a-z0-9]([-a-z0-9.]{0,61}[a-z0-9])?$/);
      const annotations = Object.fromEntries(marks.map(({ annotation, value }) => [annotation, value]));
      expect([...drainedAliases(annotations)].toSorted()).toEqual(aliases.toSorted());
    }),
  );
});

test('a long alias counts whatever its annotation is called, and a short one is no value', () => {
  const long = 'a'.repeat(64);
  const annotations = {
    'drain.wheelwright.dev/mine': long,
    'drain.wheelwright.dev/a': 'true',
    'drain.wheelwright.dev/b': 'false',
    'wheelwright.dev/other': long,
  };
  expect([...drainedAliases(annotations)]).toEqual([long, 'a']);
});
