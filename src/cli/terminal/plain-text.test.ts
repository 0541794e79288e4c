import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainText, shorten } from './plain-text.ts';

describe('text from a cluster', () => {
  it.each([
    ['a plain sentence', 'a plain sentence'],
    ['\u001B[31mred\u001B[0m', 'red'],
    ['\u001B]0;a new title\u0007text', 'text'],
    ['two\r\nlines', 'two lines'],
    ['back\u0008space', 'back space'],
    ['\u202Egnp.exe', 'gnp.exe'],
    ['Grüße ✓', 'Grüße ✓'],
  ])('%j is shown as %j', (text, shown) => {
    expect(plainText(text)).toBe(shown);
  });

  it('never has a control character, whatever it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        // oxlint-disable-next-line no-control-regex -- looking for them is the test
        expect(plainText(text)).not.toMatch(/[\u0000-\u001F\u007F-\u009F]/);
      }),
    );
  });
});

describe('text that is too long', () => {
  it('ends with an ellipsis', () => {
    expect(shorten('activator is not ready', 12, '…')).toBe('activator i…');
    expect(shorten('activator is not ready', 12, '...')).toBe('activator...');
  });

  it('is left alone while it fits', () => {
    expect(shorten('activator', 9, '…')).toBe('activator');
  });

  it('is never longer than the limit that leaves room for the ellipsis', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 3, max: 50 }), (text, limit) => {
        expect(shorten(text, limit, '...').length).toBeLessThanOrEqual(limit);
      }),
    );
  });
});
