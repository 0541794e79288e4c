import { html, type Html, type Part } from './html.ts';
import { table, type TableOptions } from './table.ts';

/** A part of a page under a heading of its own, which `#id` leads to. */
export function section(id: string, title: string, content: Part): Html {
  return html`<section aria-labelledby="${id}">
    <h2 id="${id}">${title}</h2>
    ${content}
  </section>`;
}

/** A table, or a sentence where there is nothing to put into it. */
export function tableOr<Row>(empty: string, options: TableOptions<Row>): Html {
  return options.rows.length === 0 ? html`<p>${empty}</p>` : table(options);
}
