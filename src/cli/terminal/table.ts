import { fitColumns } from './fit-columns.ts';
import { type Mark, marginMark, markWord } from './mark.ts';
import { plainText, shorten } from './plain-text.ts';
import { paint, type Style, type Tone } from './style.ts';

export interface Column<Row> {
  /** Upper case, without blanks. */
  readonly title: string;
  /** Never empty: what is not there is `-`, what nobody knows is `?`. */
  readonly value: (row: Row) => string;
  readonly tone?: (row: Row) => Tone | undefined;
  /** Only with `-o wide`. */
  readonly wide?: boolean;
  /** Columns with the highest number go first where there is no room; those without one stay. */
  readonly leaveOut?: number;
}

export interface TableOptions<Row> {
  readonly style: Style;
  readonly wide: boolean;
  /** In the left margin, for people only: programs find the name in the first field. */
  readonly mark?: ((row: Row) => Mark) | undefined;
}

export interface Table {
  readonly lines: readonly string[];
  /** Titles of the columns there was no room for. */
  readonly leftOut: readonly string[];
}

const gap = 2;
/** The last column is cut rather than wrapped, but not below this. */
const narrowest = 8;

/** A table after kubectl's conventions; for screen readers one labelled sentence for each row. */
export function renderTable<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  options: TableOptions<Row>,
): Table {
  const { style, wide } = options;
  const wanted = columns.filter((column) => wide || column.wide !== true);
  if (style.accessible) return { lines: rows.map((row) => sentence(row, wanted, options)), leftOut: [] };
  const cells = rows.map((row) => wanted.map(({ value }) => plainText(value(row))));
  const widths = wanted.map(({ title }, place) =>
    Math.max(title.length, ...cells.map((line) => line[place]?.length ?? 0)),
  );
  const margin = marginOf(options);
  const places = fitColumns(
    wanted.map(({ leaveOut }, place) => ({ width: widths[place] ?? 0, leaveOut })),
    { limit: style.width, margin: margin.width, gap },
  );
  const layout: Layout = { places, widths: fitLast(places, widths, margin.width, style.width), style };
  const titles = wanted.map(({ title }) => title);
  return {
    lines: [
      margin.blank +
        line(
          titles,
          titles.map(() => 'bold'),
          layout,
        ),
      ...rows.map((row, index) => {
        const tones = wanted.map(({ tone }) => tone?.(row));
        return margin.of(row) + line(cells[index] ?? [], tones, layout);
      }),
    ],
    leftOut: titles.filter((_, place) => !places.includes(place)),
  };
}

interface Layout {
  readonly places: readonly number[];
  readonly widths: readonly number[];
  readonly style: Style;
}

function line(
  cells: readonly string[],
  tones: readonly (Tone | undefined)[],
  { places, widths, style }: Layout,
): string {
  return places
    .map((place, index) => {
      const width = widths[place] ?? 0;
      const text = shorten(cells[place] ?? '', width, style.unicode ? '…' : '...');
      const padding = index === places.length - 1 ? '' : ' '.repeat(width - text.length + gap);
      return paint(style, tones[place], text) + padding;
    })
    .join('');
}

/** Where even the columns that must stay do not fit, the last of them gives way. */
function fitLast(
  places: readonly number[],
  widths: readonly number[],
  margin: number,
  limit: number | undefined,
): readonly number[] {
  const last = places.at(-1);
  if (limit === undefined || last === undefined) return widths;
  const others = places.slice(0, -1).reduce((sum, place) => sum + (widths[place] ?? 0) + gap, margin);
  const room = Math.max(narrowest, limit - others);
  return widths.map((width, place) => (place === last ? Math.min(width, room) : width));
}

function marginOf<Row>({ style, mark }: TableOptions<Row>): {
  readonly width: number;
  readonly blank: string;
  readonly of: (row: Row) => string;
} {
  if (mark === undefined || !style.terminal) return { width: 0, blank: '', of: () => '' };
  const width = (style.unicode ? 1 : 4) + 1;
  return { width, blank: ' '.repeat(width), of: (row) => `${marginMark(style, mark(row))} ` };
}

/** `Cluster fleet/ap-1, failed: state Unreachable, serving 1.21.2 unknown.` */
function sentence<Row>(
  row: Row,
  [subject, ...facts]: readonly Column<Row>[],
  { style, mark }: TableOptions<Row>,
): string {
  if (subject === undefined) return '';
  const spoken = ({ title, value }: Column<Row>): string =>
    `${title.toLowerCase().replaceAll('-', ' ')} ${speak(plainText(value(row)))}`;
  const head = spoken(subject);
  const state = mark === undefined ? '' : `, ${markWord(style, mark(row))}`;
  const rest = facts.length === 0 ? '' : `: ${facts.map(spoken).join(', ')}`;
  return `${head.charAt(0).toUpperCase()}${head.slice(1)}${state}${rest}.`;
}

/** Screen readers pass over a dash and a question mark. */
function speak(value: string): string {
  if (value === '-' || value === '<none>') return 'none';
  return value.replace(/(^|\s)\?$/, '$1unknown').replaceAll('->', 'to');
}
