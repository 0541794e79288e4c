import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { html, textOf } from './html.ts';

describe('markup', () => {
  it.each([
    ['<img src=x onerror=alert(1)>', '&lt;img src=x onerror=alert(1)&gt;'],
    ['" onclick="x', '&quot; onclick=&quot;x'],
    ["it's & so", 'it&#39;s &amp; so'],
    ['\u202Eabc\u0000', 'abc'],
  ])('escapes the text %j', (text, escaped) => {
    expect(textOf(html`<b title="${text}">${text}</b>`)).toBe(`<b title="${escaped}">${escaped}</b>`);
  });

  it('takes numbers, markup, lists of it, and nothing', () => {
    expect(textOf(html`${1}${undefined}${html`<i></i>`}${[html`a`, html`b`]}`)).toBe('1<i></i>ab');
  });

  it('is not made by an object that only looks like it', () => {
    const forged = JSON.parse('{"markup": "<script>"}') as never;
    expect(() => textOf(html`${forged}`)).toThrow(TypeError);
  });

  it('never lets a text out of its place', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('<', '>', '"', "'", '&', ';', 'a', ' ') }), (text) => {
        expect(textOf(html`<${text}>`).slice(1, -1)).not.toMatch(/[<>"']/);
      }),
    );
  });
});
