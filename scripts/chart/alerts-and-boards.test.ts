import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { type MetricRow, metricTable } from '../../src/controller/metric-table.ts';
import { alertsIn } from './alerts-table.ts';
import { boardJson, boards } from './boards/index.ts';

const root = new URL('../../', import.meta.url);
const alerts = alertsIn(await readFile(new URL('charts/wheelwright/files/alerts.yaml', root), 'utf8'));
const table: Readonly<Record<string, MetricRow>> = metricTable;
/** Those that Prometheus sets, and those of buckets of histograms. */
const labelsOfAll = ['job', 'instance', 'pod', 'le'];

/** The rows of the metrics in an expression. Throws where the table has none. */
function rowsIn(expression: string): readonly MetricRow[] {
  const names = expression.match(
    /\b(?:wheelwright|kube_kedify|workqueue|controller_runtime|rest_client|leader_election)_\w+/g,
  );
  return (names ?? []).map((name) => {
    const row = table[name] ?? table[name.replace(/_(bucket|sum|count)$/, '')];
    if (row === undefined) throw new Error(`no metric is called '${name}'`);
    return row;
  });
}

/** Every label that an expression selects or groups by. */
function labelsIn(expression: string): readonly string[] {
  const matchers = [...expression.matchAll(/\{([^}]*)\}/g)].flatMap(([, text = '']) => [
    ...text.matchAll(/(\w+)\s*(?:=~|!~|!=|=)\s*"/g),
  ]);
  const groups = [...expression.matchAll(/\b(?:by|on) \(([^)]*)\)/g)];
  return [...matchers.map(([, name = '']) => name), ...groups.flatMap(([, text = '']) => text.split(/,\s*/))];
}

/** A label that no metric of an expression has selects nothing, and says nothing. */
function unknownLabels(expression: string): readonly string[] {
  const known = new Set([...labelsOfAll, ...rowsIn(expression).flatMap(({ labels }) => labels)]);
  return labelsIn(expression).filter((label) => !known.has(label));
}

describe('alerts', () => {
  it('have names of their own', () => {
    expect(alerts.length).toBeGreaterThan(20);
    expect(new Set(alerts.map(({ alert }) => alert)).size).toBe(alerts.length);
  });

  it.each(alerts.map((alert) => [alert.alert, alert] as const))(
    '%s is about metrics and labels that there are, and says what is wrong and what to do',
    (name, { expr, labels, annotations: { summary, description } }) => {
      expect(name).toMatch(/^Wheelwright[A-Z]/);
      expect(['info', 'warning', 'critical']).toContain(labels.severity);
      expect(rowsIn(expr)).not.toEqual([]);
      expect(unknownLabels(expr)).toEqual([]);
      // The summary names the alert in lists, where a number that changes makes another one of it.
      expect(summary).toMatch(/\.$/);
      expect(summary).not.toContain('$value');
      expect(description).toContain('$value');
    },
  );
});

describe.each(boards.map((board) => [board.title, board] as const))('the board %s', (_, board) => {
  const panels = board.rows.flatMap(({ lines }) => lines.flat());

  it('keeps its address', () => {
    expect(board.uid).toMatch(/^wheelwright-[a-z]+$/);
    expect(board.title).toMatch(/^Wheelwright \/ [A-Z][a-z]+$/);
  });

  it('has the variables that its queries ask for', () => {
    const asked = [...JSON.stringify(panels).matchAll(/\$([a-z][a-z_]+)/g)].map(([, name]) => name);
    expect(new Set(asked)).toEqual(new Set(board.variables));
  });

  it.each(panels.map((panel) => [panel.title, panel] as const))(
    'shows: %s',
    (_, { queries, shows, badIf }) => {
      expect(shows).toMatch(/^[A-Z\d].*[^.]\.$/);
      expect(badIf).toMatch(/^[^.].*[^.]$/);
      for (const { expr, legend } of queries) {
        if (expr.startsWith('ALERTS')) continue;
        expect(expr).toContain('job=~"$job"');
        expect(unknownLabels(expr)).toEqual([]);
        for (const [, label = ''] of legend.matchAll(/\{\{(\w+)\}\}/g)) {
          const known = [...labelsOfAll, ...rowsIn(expr).flatMap(({ labels }) => labels)];
          expect(known).toContain(label);
        }
      }
    },
  );

  it('has panels beside and below each other', () => {
    const { panels: placed } = JSON.parse(boardJson(board)) as {
      readonly panels: readonly { readonly id: number; readonly gridPos: Readonly<Record<string, number>> }[];
    };
    const cells = placed.flatMap(({ gridPos: { x = 0, y = 0, w = 0, h = 0 } }) => {
      expect(x + w).toBeLessThanOrEqual(24);
      return Array.from({ length: w * h }, (_, at) => `${x + (at % w)} ${y + Math.floor(at / w)}`);
    });
    expect(new Set(cells).size).toBe(cells.length);
    expect(new Set(placed.map(({ id }) => id)).size).toBe(placed.length);
  });
});
