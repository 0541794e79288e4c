import { ValueError } from './read-value.ts';

/** Longer lines are skipped: nobody exposes them, and each is looked at before anybody else has a turn. */
const longestLine = 16_384;

/**
 * The value of a metric in the text that Prometheus scrapes: `name`, or `name{label="value"}` for the first series that has
 * these labels. Throws ValueError.
 */
export function exposedValue(body: string, location: string): number {
  const wanted = seriesOf(location);
  if (wanted?.rest.trim() !== '')
    throw new ValueError(`'${location}' is no metric such as requests_total{code="200"}`);
  for (const line of body.split('\n')) {
    const text = line.trimStart();
    // Most lines are of other metrics.
    if (!text.startsWith(wanted.name)) continue;
    const series = seriesOf(text);
    if (series?.name !== wanted.name || !hasLabels(series.labels, wanted.labels)) continue;
    const [number = '', time = '0', more] = series.rest.trim().split(blanks, 3);
    if (number === '' || more !== undefined || !Number.isFinite(Number(time))) continue;
    const value = Number(number);
    if (Number.isFinite(value)) return value;
    throw new ValueError(`the metric '${location}' is no finite number`);
  }
  throw new ValueError(`there is no metric '${location}'`);
}

interface Series {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  /** What follows: the number, and the time where there is one. */
  readonly rest: string;
}

const blanks = /[ \t]+/;
// Each begins where the one before has ended and leaves nothing open, so that none goes over a text twice.
const nameThere = /[A-Za-z_:][\w:]*/y;
const openingThere = /[ \t]*\{[ \t]*/y;
const labelThere = /([A-Za-z_]\w*)[ \t]*=[ \t]*"([^"\\]*(?:\\.[^"\\]*)*)"[ \t]*/y;
const commaThere = /,[ \t]*/y;
const closingThere = /\}/y;

/** The series that a text begins with; undefined where it begins with none. */
function seriesOf(line: string): Series | undefined {
  if (line.length > longestLine) return undefined;
  const text = line.trimStart();
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | undefined => {
    pattern.lastIndex = at;
    const match = pattern.exec(text) ?? undefined;
    at += match?.[0].length ?? 0;
    return match;
  };
  const name = take(nameThere)?.[0];
  if (name === undefined) return undefined;
  const labels = new Map<string, string>();
  if (take(openingThere) !== undefined) {
    for (let label = take(labelThere); label !== undefined; label = take(labelThere)) {
      labels.set(label[1] ?? '', label[2] ?? '');
      if (take(commaThere) === undefined) break;
    }
    if (take(closingThere) === undefined) return undefined;
  }
  return { name, labels, rest: text.slice(at) };
}

function hasLabels(labels: ReadonlyMap<string, string>, wanted: ReadonlyMap<string, string>): boolean {
  return [...wanted].every(([label, value]) => labels.get(label) === value);
}
