import { ValueError } from './read-value.ts';

/**
 * The value of a metric in the text that Prometheus scrapes: `name`, or `name{label="value"}` for the first series that has
 * these labels. Throws ValueError.
 */
export function exposedValue(body: string, location: string): number {
  const wanted = seriesOf(location);
  if (wanted === undefined)
    throw new ValueError(`'${location}' is no metric such as requests_total{code="200"}`);
  for (const line of body.split('\n')) {
    if (line.startsWith('#')) continue;
    const match = /^\s*([A-Za-z_:][\w:]*(?:\{.*\})?)\s+(\S+)(?:\s+-?\d+)?\s*$/.exec(line);
    const series = match === null ? undefined : seriesOf(match[1] ?? '');
    if (series?.name !== wanted.name || !hasLabels(series.labels, wanted.labels)) continue;
    const value = Number(match?.[2]);
    if (Number.isFinite(value)) return value;
    throw new ValueError(`the metric '${location}' is no finite number`);
  }
  throw new ValueError(`there is no metric '${location}'`);
}

interface Series {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
}

function seriesOf(text: string): Series | undefined {
  const match = /^\s*([A-Za-z_:][\w:]*)\s*(?:\{(.*)\})?\s*$/.exec(text);
  if (match === null) return undefined;
  const [, name = '', inner = ''] = match;
  const labels = [...inner.matchAll(/([A-Za-z_]\w*)\s*=\s*"((?:\\.|[^"\\])*)"/g)];
  return { name, labels: new Map(labels.map(([, label = '', value = '']) => [label, value])) };
}

function hasLabels(labels: ReadonlyMap<string, string>, wanted: ReadonlyMap<string, string>): boolean {
  return [...wanted].every(([label, value]) => labels.get(label) === value);
}
