import { expect, it } from 'vitest';
import { textOf } from './html.ts';
import { replicaBar } from './replica-bar.ts';

it.each([
  [{ want: 5, have: 5, most: 10 }, '50', '50'],
  [{ want: 10, have: 0, most: 10 }, '0', '99'],
  [{ want: 1, have: null, most: 3 }, '0', '33.3'],
  [{ want: 0, have: 20, most: 10 }, '100', '0'],
  [{ want: 0, have: 0, most: 0 }, '0', '0'],
])('the bar of %j is %s long with its mark at %s', (bar, length, place) => {
  const text = textOf(replicaBar(bar));
  expect(text).toContain(`class="there" x="0" y="1" width="${length}"`);
  expect(text).toContain(`class="wanted" x="${place}"`);
});
