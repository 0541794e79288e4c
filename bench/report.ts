import { type Column, renderTable } from '../src/cli/terminal/table.ts';
import type { Style } from '../src/cli/terminal/style.ts';
import { type Summary, summarize } from './statistics.ts';

/** One thing that was measured, in every run. */
export interface Measure {
  readonly what: string;
  readonly unit: 's' | 'ms' | 'MB' | '%' | '/min' | '';
  readonly values: readonly number[];
  /** The same of another operator. */
  readonly reference?: readonly number[];
  /** The most that the design allows; absent where it says nothing. */
  readonly goal?: number;
}

/** What a benchmark found. */
export interface Report {
  readonly measures: readonly Measure[];
  /** For programs; numbers are medians. */
  readonly figures: Readonly<Record<string, unknown>>;
  /** What a reader must know to judge the figures. */
  readonly notes: readonly string[];
}

interface Row extends Summary {
  readonly measure: Measure;
}

const columns: readonly Column<Row>[] = [
  { title: 'MEASURE', value: ({ measure }) => measure.what },
  { title: 'MEDIAN', value: ({ measure, median }) => withUnit(median, measure) },
  { title: 'LEAST', value: ({ measure, least }) => withUnit(least, measure), leaveOut: 2 },
  { title: 'MOST', value: ({ measure, most }) => withUnit(most, measure), leaveOut: 1 },
  { title: 'RUNS', value: ({ runs }) => String(runs), leaveOut: 3 },
  {
    title: 'GOAL',
    value: ({ measure }) => (measure.goal === undefined ? '-' : withUnit(measure.goal, measure)),
  },
];

const referenceColumns: readonly Column<Row>[] = [
  { title: 'REFERENCE', value: ({ measure }) => withUnit(referenceMedian(measure), measure) },
  { title: 'RATIO', value: ({ measure, median }) => (referenceMedian(measure) / median).toFixed(1) },
];

/** The table of a report and its notes. */
export function reportLines({ measures, notes }: Report, style: Style): readonly string[] {
  const rows = measures.map((measure) => ({ measure, ...summarize(measure.values) }));
  const compares = measures.every(({ reference }) => reference !== undefined);
  const { lines } = renderTable(rows, compares ? [...columns, ...referenceColumns] : columns, {
    style,
    wide: false,
  });
  return [...lines, ...notes.map((note) => `  ${note}`)];
}

/** The median, as a figure for programs: in thousandths. */
export function medianOf(values: readonly number[]): number {
  return Math.round(summarize(values).median * 1_000) / 1_000;
}

function referenceMedian({ reference = [] }: Measure): number {
  return summarize(reference).median;
}

function withUnit(value: number, { unit }: Measure): string {
  const digits = unit === 'MB' && value >= 10 ? 0 : 2;
  return `${value.toFixed(digits)}${unit === '' || unit.startsWith('/') ? unit : ` ${unit}`}`;
}
