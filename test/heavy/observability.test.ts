import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { resources } from '../../src/kube/index.ts';
import { waitFor } from '../bed/index.ts';
import { chartDirectory, only, render } from '../chart/helm.ts';
import {
  deployment,
  Distributed,
  distributedObject,
  Fleet,
  fleetNamespace,
  Installation,
  Metric,
  refuseWrites,
  registerMembers,
  type RunningOperator,
} from '../fleet/index.ts';
import { Prometheus, type Series } from '../support/prometheus.ts';
import { TraceCollector } from '../support/trace-collector.ts';

interface Target {
  readonly expr: string;
  readonly legendFormat: string;
  readonly instant: boolean;
}

interface Board {
  readonly uid: string;
  readonly templating: {
    readonly list: readonly { readonly name: string; readonly query: string | { readonly query: string } }[];
  };
  readonly panels: readonly { readonly title: string; readonly targets?: readonly Target[] }[];
}

interface Rules {
  readonly groups: readonly {
    readonly name: string;
    readonly rules: readonly Readonly<Record<string, unknown>>[];
  }[];
}

/** What the fleet of this test can be brought to; the others have their unit tests. */
const expectedAlerts = [
  'WheelwrightCredentialExpiring',
  'WheelwrightMembersExcluded',
  'WheelwrightMembersNotReady',
  'WheelwrightObjectNotReady',
  'WheelwrightProviderFileInvalid',
  'WheelwrightSpokeUnreachable',
];

let fleet: Fleet;
let operator: RunningOperator;
let prometheus: Prometheus;
let collector: TraceCollector;
let boards: readonly Board[];
let begunAt: number;
let total = 0;

beforeAll(async () => {
  boards = await readBoards();
  fleet = await Fleet.start({ spokes: 3 });
  await registerMembers(fleet);
  collector = await TraceCollector.start();
  operator = await fleet.startOperator({
    flags: ['--enable-dso=true', '--scaling-engine=builtin', `--tracing=${collector.url}`],
  });
  begunAt = Date.now() / 1_000;
  prometheus = await Prometheus.start({
    directory: join(fleet.bed.directory, 'prometheus'),
    scrapeConfigs: [scrapeConfig()],
    rules: await rulesOfTheMoment(),
  });
});

afterAll(async () => {
  await prometheus?.stop();
  await fleet?.[Symbol.asyncDispose]();
  await collector?.stop();
});

/** As the ServiceMonitor of the chart has the Prometheus operator write it. */
function scrapeConfig(): object {
  const labels = { namespace: fleetNamespace, pod: 'wheelwright-0', service: 'wheelwright-metrics' };
  return {
    job_name: 'wheelwright-metrics',
    honor_labels: true,
    static_configs: [{ targets: [new URL(operator.metricsUrl).host], labels }],
  };
}

/** The alerts of the chart, which fire as soon as their expressions are true. */
async function rulesOfTheMoment(): Promise<Rules> {
  const { groups } = only(await render({ prometheusRule: { enabled: true } }), 'PrometheusRule')[
    'spec'
  ] as Rules;
  return {
    groups: groups.map((group) => ({ ...group, rules: group.rules.map((rule) => ({ ...rule, for: '0s' })) })),
  };
}

async function readBoards(): Promise<readonly Board[]> {
  const directory = join(chartDirectory, 'files', 'dashboards');
  const files = await readdir(directory);
  return Promise.all(
    files.map(async (file) => JSON.parse(await readFile(join(directory, file), 'utf8')) as Board),
  );
}

/** Everything that a fleet lives through: it is installed, changed, scaled. */
async function live(): Promise<void> {
  total = total === 50 ? 60 : 50;
  await new Metric(fleet.hub, 'mock-metric').set(String(total));
  const activator = { namespace: 'knative-serving', name: 'activator' };
  await fleet
    .spoke(0)
    .client.delete(resources.deployments, activator)
    .catch(() => undefined);
}

/** And suffers: a cluster goes away while something is removed from it, a member refuses, a Secret is missing, a file is broken. */
async function suffer(): Promise<void> {
  const [, second, third] = fleet.spokes;
  if (second === undefined || third === undefined) throw new Error('the fleet has three spokes');
  await second.cluster.kill('kube-apiserver');
  await fleet.deleteServing({ namespace: 'second', name: 'knative' });
  await refuseWrites(third.client);
  const { server, certificateAuthority } = third.cluster;
  await fleet.putProfile({ name: 'without-a-secret', server, certificateAuthority });
  await fleet.createServing({ namespace: 'nowhere', name: 'knative', profile: 'without-a-secret' });
  await fleet.createServing({ namespace: 'third', name: 'knative', profile: third.profile });
  await fleet.writeProviders('no JSON', operator.providerFile);
}

interface Asked extends Target {
  readonly panel: string;
}

function targets(): readonly Asked[] {
  return boards.flatMap(({ uid, panels }) =>
    panels.flatMap(({ title, targets: own = [] }) =>
      own.map((target) => ({ ...target, panel: `${uid}: ${title}: ${target.expr}` })),
    ),
  );
}

/** A query as Grafana sends it. What is shown where there is nothing would hide that there is nothing. */
function expressionOf({ expr }: Pick<Asked, 'expr'>, values: ReadonlyMap<string, string>): string {
  let expression = expr.replaceAll('$__rate_interval', '30s').replaceAll(' or vector(0)', '');
  for (const [name, value] of values) expression = expression.replaceAll(`$${name}`, value);
  return expression;
}

async function seriesOf(asked: Asked, values: ReadonlyMap<string, string>): Promise<readonly Series[]> {
  const expression = expressionOf(asked, values);
  return asked.instant
    ? prometheus.query(expression)
    : prometheus.queryRange(expression, begunAt, Date.now() / 1_000);
}

/** A series with a number, and with all labels that it is called by. */
function isShown({ labels, values }: Series, { legendFormat }: Asked): boolean {
  const called = [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, name = '']) => labels[name] ?? '');
  return values.length > 0 && called.every((value) => value !== '');
}

/** What each variable of a board may be, as a regular expression of all of it. */
async function variableValues(): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  const queried = boards.flatMap(({ templating }) =>
    templating.list.flatMap(({ name, query }) =>
      typeof query === 'string' ? [] : [{ name, query: query.query }],
    ),
  );
  for (const { name, query } of queried) {
    if (found.has(name)) continue;
    const [, selector = '', label = ''] = /^label_values\((.+), (\w+)\)$/.exec(query) ?? [];
    const expr = expressionOf({ expr: selector }, found);
    const values = await waitFor(
      `values of $${name}`,
      async () => {
        const all = await prometheus.labelValues(label, expr);
        return all.length > 0 && all;
      },
      { timeoutMs: 120_000 },
    );
    found.set(name, values.join('|'));
  }
  return found;
}

test('every rule of the chart is evaluated', async () => {
  const rules = await waitFor(
    'all rules have been evaluated',
    async (saw) => {
      const all = await prometheus.rules();
      saw(all);
      return all.length > 20 && all.every(({ health }) => health !== 'unknown') && all;
    },
    { timeoutMs: 60_000 },
  );
  expect(rules.filter(({ health, lastError }) => health !== 'ok' || (lastError ?? '') !== '')).toEqual([]);
});

test('every query of every board shows something of a fleet that lives through a lot', async () => {
  const [first, second] = fleet.spokes;
  await Promise.all(
    fleet.spokes.map(({ client }) => fleet.put(resources.deployments, deployment(1), client)),
  );
  const servings = await Promise.all([
    Installation.create(fleet, 'serving', { profile: first?.profile ?? '' }),
    Installation.create(fleet, 'serving', { namespace: 'second', profile: second?.profile ?? '' }),
  ]);
  await live();
  await fleet.hub.create(resources.distributedScaledObjects, distributedObject());
  await Promise.all(servings.map((serving) => serving.waitForReady(120_000)));
  await new Distributed(fleet).waitForSplit([4, 3, 3], 60_000);
  const values = await variableValues();

  let pending = targets();
  expect(pending.length).toBeGreaterThan(50);
  const look = async (): Promise<void> => {
    const shown = await Promise.all(
      pending.map(async (asked) => (await seriesOf(asked, values)).some((series) => isShown(series, asked))),
    );
    pending = pending.filter((_, index) => shown[index] !== true);
  };
  await waitFor('most queries show something', async () => {
    await look();
    return pending.length < 30;
  });
  await suffer();
  await waitFor(
    'all queries show something',
    async (saw) => {
      await live();
      await look();
      saw(pending.map(({ panel }) => panel));
      return pending.length === 0;
    },
    { timeoutMs: 180_000, everyMs: 2_000 },
  );
}, 420_000);

test('alerts fire, and say what is wrong with whom', async () => {
  const alerts = await waitFor(
    'the alerts of this fleet fire',
    async (saw) => {
      const firing = await prometheus.firing();
      const names = new Set(firing.map(({ labels }) => labels['alertname'] ?? ''));
      saw([...names]);
      return expectedAlerts.every((name) => names.has(name)) && firing;
    },
    { timeoutMs: 120_000 },
  );
  for (const { labels, annotations } of alerts) {
    const text = JSON.stringify(annotations);
    expect(text).not.toMatch(/no value|error|%!|\{\{/);
    expect(annotations['runbook_url']).toMatch(new RegExp(`#${labels['alertname']?.toLowerCase()}$`));
  }
  const summaries = alerts.map(({ annotations }) => annotations['summary']);
  expect(summaries).toContain(`Cluster ${fleetNamespace}/${fleet.spoke(1).profile} cannot be reached.`);
  expect(summaries).toContain('DistributedScaledObject default/nginx runs on fewer members than it should.');
});

test('traces show what was done for which object, on which cluster', async () => {
  await waitFor('spans of each kind', (saw) => {
    const names = new Set(collector.spans.map(({ name }) => name));
    saw([...names]);
    return ['reconcile', 'phase', 'request', 'trigger'].every((name) => names.has(name));
  });
  const { spans } = collector;
  const install = spans.find(
    ({ name, attributes }) =>
      name === 'phase' && attributes['cluster'] === `${fleetNamespace}/${fleet.spoke(0).profile}`,
  );
  const whole = spans.find(({ spanId }) => spanId === install?.parentSpanId);
  expect(whole?.attributes).toMatchObject({ kind: 'KnativeServing', namespace: 'knative-serving' });
  const requests = spans.filter(({ name, traceId }) => name === 'request' && traceId === whole?.traceId);
  expect(requests.length).toBeGreaterThan(10);
  expect(collector.bodies.join()).not.toMatch(/bearer|eyJhbGciOi|certificate-authority-data/i);
});
