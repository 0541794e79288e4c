import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { type MetricLabels, type MetricName, type MetricRow, metricTable } from './metric-table.ts';

type Labels = Readonly<Record<string, string>>;
type Instrument = Counter | Gauge | Histogram;

interface Family {
  readonly row: MetricRow;
  readonly instrument: Instrument;
  /** The labels of every series, by the values of what identifies it. */
  readonly series: Map<string, Labels>;
}

export interface ObjectIdentity {
  readonly kind: string;
  /** Empty or absent for cluster-scoped objects. */
  readonly namespace?: string | undefined;
  readonly name: string;
}

/** The metrics of this process: every name is a row of the table, and series end with the cluster or object they are about. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #families: ReadonlyMap<string, Family>;
  readonly #refreshers = new Set<() => void>();

  constructor() {
    const rows = Object.entries<MetricRow>(metricTable);
    this.#families = new Map(
      rows.map(([name, row]) => [
        name,
        { row, instrument: createInstrument(name, row, this.#registry), series: new Map() },
      ]),
    );
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** Adds `process_*` and `nodejs_*`. Once a process: their observers cannot be ended. */
  observeProcess(): void {
    collectDefaultMetrics({ register: this.#registry });
  }

  increment<Name extends MetricName<'counter'>>(name: Name, labels: MetricLabels<Name>, by = 1): void {
    const { instrument } = this.#familyOf(name, labels);
    if (instrument instanceof Counter) instrument.inc({ ...labels }, by);
  }

  set<Name extends MetricName<'gauge'>>(name: Name, labels: MetricLabels<Name>, value: number): void {
    const { instrument } = this.#familyOf(name, labels);
    if (instrument instanceof Gauge) instrument.set({ ...labels }, value);
  }

  observe<Name extends MetricName<'histogram'>>(name: Name, labels: MetricLabels<Name>, value: number): void {
    const { instrument } = this.#familyOf(name, labels);
    if (instrument instanceof Histogram) instrument.observe({ ...labels }, value);
  }

  /** Ends the series that have these labels, for example the age of a deletion that is over. */
  remove<Name extends MetricName>(name: Name, labels: Partial<MetricLabels<Name>>): void {
    this.#removeWhere((labelsOfSeries) => matches(labelsOfSeries, labels), name);
  }

  /** Ends the series of every cluster but these. Series of objects stay, also where they name a cluster. */
  forgetClustersExcept(targetClusters: ReadonlySet<string>): void {
    this.#removeWhere((labels) => {
      const { target_cluster: cluster, object_name: object } = labels;
      return cluster !== undefined && object === undefined && !targetClusters.has(cluster);
    });
  }

  /** Ends every series of an object that is gone. */
  forgetObject({ kind, namespace = '', name }: ObjectIdentity): void {
    this.#removeWhere(
      (labels, row) =>
        matches(labels, { kind, object_namespace: namespace, object_name: name }) ||
        (row.kind === kind && matches(labels, { namespace, name })),
    );
  }

  /** Calls `refresh` before each scrape, for values that are cheaper to read then than to keep. Returns how to end it. */
  beforeScrape(refresh: () => void): () => void {
    this.#refreshers.add(refresh);
    return () => this.#refreshers.delete(refresh);
  }

  /** Prometheus' text format. */
  text(): Promise<string> {
    for (const refresh of this.#refreshers) refresh();
    return this.#registry.metrics();
  }

  /** The family of a metric, in which this series is now known. */
  #familyOf(name: MetricName, labels: Labels): Family {
    const family = this.#families.get(name);
    if (family === undefined) throw new RangeError(`no metric is called '${name}'`);
    const id = (family.row.identity ?? family.row.labels).map((label) => labels[label]).join('\0');
    const before = family.series.get(id);
    if (family.row.identity !== undefined && before !== undefined && !matches(before, labels)) {
      family.instrument.remove({ ...before });
    }
    family.series.set(id, labels);
    return family;
  }

  #removeWhere(gone: (labels: Labels, row: MetricRow) => boolean, name?: MetricName): void {
    for (const [familyName, { row, instrument, series }] of this.#families) {
      if (name !== undefined && name !== familyName) continue;
      for (const [id, labels] of series) {
        if (!gone(labels, row)) continue;
        instrument.remove({ ...labels });
        series.delete(id);
      }
    }
  }
}

function createInstrument(name: string, row: MetricRow, registry: Registry): Instrument {
  const configuration = { name, help: row.help, labelNames: [...row.labels], registers: [registry] };
  switch (row.type) {
    case 'counter':
      return new Counter(configuration);
    case 'gauge':
      return new Gauge(configuration);
    case 'histogram':
      return new Histogram({ ...configuration, buckets: [...(row.buckets ?? [])] });
  }
}

function matches(labels: Labels, wanted: Readonly<Record<string, string | undefined>>): boolean {
  return Object.entries(wanted).every(([label, value]) => labels[label] === value);
}
