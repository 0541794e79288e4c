/** Markdown as GitHub reads it. */

/** A table; cells are Markdown already, but for the bars that would end them. */
export function table(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [titles, titles.map(() => '---'), ...rows.map((row) => row.map(cell))];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** Text as it is typed; nothing stays nothing. */
export function code(text: string | undefined): string {
  return text === undefined ? '' : `\`${text}\``;
}

/** Where a heading of a page is found, as GitHub names it. */
export function anchor(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
