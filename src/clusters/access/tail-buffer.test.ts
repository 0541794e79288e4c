import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { TailBuffer } from './tail-buffer.ts';

test('it holds the end of all that was pushed', () => {
  fc.assert(
    fc.property(
      fc.array(fc.stringMatching(/^[a-z]{0,12}$/)),
      fc.integer({ min: 1, max: 20 }),
      (parts, limit) => {
        const tail = new TailBuffer(limit);
        for (const part of parts) tail.push(Buffer.from(part));
        expect(tail.toString()).toBe(parts.join('').slice(-limit));
      },
    ),
  );
});
