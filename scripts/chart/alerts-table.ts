import { load } from 'js-yaml';
import { anchor, table } from '../markdown.ts';

/** A rule of Prometheus that fires. */
export interface AlertRule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly description: string };
}

/** The alerts of a file of the chart. */
export function alertsIn(text: string): readonly AlertRule[] {
  return load(text) as readonly AlertRule[];
}

/** What fires when, each with a link to its chapter. */
export function alertsTable(text: string): string {
  const rows = alertsIn(text).map(({ alert, labels, annotations, for: after = 'at once' }) => [
    `[${alert}](#${anchor(alert)})`,
    labels.severity,
    after,
    annotations.summary.replaceAll(/\{\{ \$labels\.(\w+) \}\}/g, '*$1*'),
  ]);
  return table(['alert', 'severity', 'after', 'what it says'], rows);
}
