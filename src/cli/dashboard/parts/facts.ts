import { html, type Html, type Part } from './html.ts';

/** Names with what they are. */
export function factList(facts: readonly (readonly [name: string, value: Part])[]): Html {
  return html`<dl>
    ${facts.map(
      ([name, value]) =>
        html`<div>
          <dt>${name}</dt>
          <dd>${value}</dd>
        </div>`,
    )}
  </dl>`;
}
