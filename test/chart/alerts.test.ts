import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { binary } from '../bed/index.ts';
import { type AlertCase, alertCases } from './alert-cases.ts';
import { only, render } from './helm.ts';

const run = promisify(execFile);

interface AlertRule {
  readonly alert: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

interface Rules {
  readonly groups: readonly [{ readonly rules: readonly AlertRule[] }];
}

let directory: string;
let rules: Rules;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'wheelwright-alerts-'));
  const rule = only(await render({ prometheusRule: { enabled: true } }), 'PrometheusRule');
  rules = rule['spec'] as Rules;
  await writeFile(join(directory, 'rules.yaml'), JSON.stringify(rules));
});

afterAll(() => rm(directory, { recursive: true }));

/** What promtool complains of; nothing where all is well. */
async function promtool(...args: readonly string[]): Promise<string> {
  const program = await binary('promtool');
  return run(program, args, { cwd: directory }).then(
    () => '',
    (error: { readonly stdout?: string; readonly stderr?: string }) => `${error.stdout}${error.stderr}`,
  );
}

test('the rules of the chart are rules of Prometheus', async () => {
  expect(await promtool('check', 'rules', 'rules.yaml')).toBe('');
});

test('each alert has a case, its runbook, and labels for what it says', () => {
  const found = rules.groups[0].rules;
  expect(found.map(({ alert }) => alert).toSorted()).toEqual(Object.keys(alertCases).toSorted());
  for (const { alert, annotations } of found) {
    const { runbook_url: runbook, ...told } = annotations;
    expect(runbook).toMatch(new RegExp(`/runbooks\\.md#${alert.toLowerCase()}$`));
    const labels = [...JSON.stringify(told).matchAll(/\$labels\.(\w+)/g)].map(([, name]) => name);
    expect(Object.keys(alertCases[alert]?.labels ?? {})).toEqual(expect.arrayContaining(labels));
  }
});

test.each(Object.entries(alertCases))('%s fires when it must, and only then', async (alert, of) => {
  const file = join(directory, `${alert}.yaml`);
  await writeFile(file, JSON.stringify(unitTest(alert, of)));
  expect(await promtool('test', 'rules', file)).toBe('');
});

function unitTest(alert: string, { fires, labels, quiet }: AlertCase): object {
  const expr = `ALERTS{alertname="${alert}",alertstate="firing"}`;
  const { severity = '' } = rules.groups[0].rules.find((rule) => rule.alert === alert)?.labels ?? {};
  const all = { alertname: alert, alertstate: 'firing', severity, ...labels };
  const pairs = Object.entries(all).map(([name, value]) => `${name}="${value}"`);
  const firing = [{ labels: `ALERTS{${pairs.join(',')}}`, value: 1 }];
  const input = (series: AlertCase['quiet']): readonly object[] =>
    Object.entries(series).map(([name, values]) => ({ series: name, values }));
  const look = (minutes: number, samples: readonly object[]): object => ({
    expr,
    eval_time: `${minutes}m`,
    exp_samples: samples,
  });
  return {
    rule_files: ['rules.yaml'],
    evaluation_interval: '1m',
    tests: [
      {
        interval: '1m',
        input_series: input(fires.series),
        promql_expr_test: [look(fires.silentAt, []), look(fires.at, firing)],
      },
      { interval: '1m', input_series: input(quiet), promql_expr_test: [look(fires.at, [])] },
    ],
  };
}
