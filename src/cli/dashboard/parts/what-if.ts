import { addressOf, mostReplicas, type SimulationPlace } from '../place.ts';
import { html, type Html } from './html.ts';
import { section } from './section.ts';

export interface WhatIf {
  /** What is chosen now. */
  readonly place: SimulationPlace;
  readonly members: readonly string[];
}

const times: readonly (readonly [minutes: number, text: string])[] = [
  [10, '10 minutes'],
  [60, '1 hour'],
  [360, '6 hours'],
];

/** Asks for an outage to be played. It is a question only: the address has all of it, and nothing is changed. */
export function whatIfForm({ place, members }: WhatIf): Html {
  const { namespace, name, down, total, minutes } = place;
  return section(
    'what-if',
    'What if',
    html`<form class="fields" action="${addressOf({ view: 'dso', namespace, name })}/simulation" method="get">
      <p>
        <label for="down">A member is lost</label>
        <select id="down" name="down">
          ${option('', 'none', down)}${members.map((member) => option(member, member, down))}
        </select>
      </p>
      <p>
        <label for="total">Replicas in total</label>
        <input id="total" name="total" type="number" min="0" max="${mostReplicas}" value="${total}" />
      </p>
      <p>
        <label for="minutes">For</label>
        <select id="minutes" name="minutes">
          ${times.map(([value, text]) => option(String(value), text, String(minutes)))}
        </select>
      </p>
      <p><button>Play it</button> Nothing is changed.</p>
    </form>`,
  );
}

function option(value: string, text: string, chosen: string): Html {
  return value === chosen
    ? html`<option value="${value}" selected>${text}</option>`
    : html`<option value="${value}">${text}</option>`;
}
