import { addressOf, fleetStart, type Place } from '../place.ts';
import { html } from '../parts/html.ts';
import { link } from '../parts/link.ts';
import type { Page } from './page.ts';

/** In place of a page whose object was deleted while somebody looked at it. */
export function gonePage(place: Place): Page {
  return {
    title: 'It is gone',
    above: [{ place: fleetStart, text: 'Fleet' }],
    content: 'gone',
    isAbout: (subject) => subject === addressOf(place).slice(1),
    body: () =>
      html`<h1>It is gone</h1>
        <p>
          The hub has no ${addressOf(place).slice(1)} any more. If it comes back, it is shown here.
          ${link(fleetStart, 'The fleet')}
        </p>`,
  };
}
