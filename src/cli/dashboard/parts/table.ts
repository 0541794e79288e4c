import { html, type Html, type Part } from './html.ts';

export interface TableColumn<Row> {
  readonly title: string;
  readonly cell: (row: Row) => Part;
}

export interface TableOptions<Row> {
  readonly caption: string;
  /** The first one names the row. */
  readonly columns: readonly TableColumn<Row>[];
  readonly rows: readonly Row[];
  /** Stays the same for a row that changes. */
  readonly key: (row: Row) => string;
}

/**
 * A table whose rows become cards on a narrow screen. The roles are written down, because a browser forgets those of cells
 * that are laid out as something else.
 */
export function table<Row>({ caption, columns, rows, key }: TableOptions<Row>): Html {
  const heads = columns.map(({ title }) => html`<th role="columnheader" scope="col">${title}</th>`);
  return html`<table role="table">
    <caption>
      ${caption}
    </caption>
    <thead role="rowgroup">
      <tr role="row">
        ${heads}
      </tr>
    </thead>
    <tbody role="rowgroup">
      ${rows.map((row) => tableRow(row, columns, key))}
    </tbody>
  </table>`;
}

function tableRow<Row>(row: Row, columns: readonly TableColumn<Row>[], key: (row: Row) => string): Html {
  const cells = columns.map(({ title, cell }, index) =>
    index === 0
      ? html`<th role="rowheader" scope="row" data-title="${title}"><span>${cell(row)}</span></th>`
      : html`<td role="cell" data-title="${title}"><span>${cell(row)}</span></td>`,
  );
  return html`<tr role="row" data-key="${key(row)}">
    ${cells}
  </tr>`;
}
