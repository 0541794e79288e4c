import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { deliveredAnnotation, deliveredPlacesText, readDeliveredPlaces } from './delivered-places.ts';

function annotated(text: string | undefined) {
  return {
    metadata: { name: 'web', annotations: text === undefined ? {} : { [deliveredAnnotation]: text } },
  };
}

test('places are read as they were written, each once and in one order', () => {
  const place = fc.record({ member: fc.constantFrom('a', 'b', 'c'), namespace: fc.constantFrom('x', 'y') });
  fc.assert(
    fc.property(fc.array(place), (places) => {
      const text = deliveredPlacesText(places);
      expect(deliveredPlacesText(places.toReversed())).toBe(text);
      const read = readDeliveredPlaces(annotated(text));
      expect(new Set(read.map((each) => JSON.stringify(each)))).toEqual(
        new Set(places.map(({ member, namespace }) => JSON.stringify({ member, namespace }))),
      );
      expect(deliveredPlacesText(read)).toBe(text);
    }),
  );
});

test.each([undefined, '', '{', '1', '{}', '[1,{"member":2},null]'])('%s is no place', (text) => {
  expect(readDeliveredPlaces(annotated(text))).toEqual([]);
});
