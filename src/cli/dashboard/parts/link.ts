import { addressOf, type Place } from '../place.ts';
import { html, type Html } from './html.ts';

export function link(place: Place, text: string): Html {
  return html`<a href="${addressOf(place)}">${text}</a>`;
}
