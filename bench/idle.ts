import { resources, systemClock } from '../src/kube/index.ts';
import {
  AuditLog,
  deployment,
  Distributed,
  distributedObject,
  Fleet,
  metricValue,
  registerMember,
} from '../test/fleet/index.ts';
import { countRequests } from './audited-requests.ts';
import type { Benchmark } from './benchmark.ts';
import { buildBundle } from './bundle.ts';
import { knative, knativeNote } from './knative.ts';
import { machineNote } from './machine.ts';
import { processUsage } from './process-usage.ts';
import { type Measure, medianOf } from './report.ts';
import { wholeNumber } from './whole-number.ts';

interface IdleFlags {
  readonly spokes: number;
  readonly members: number;
  readonly minutes: number;
}

/** What follows an installation has to be over: events, Jobs, the last watches. */
const settleMs = 60_000;
const userAgent = 'wheelwright/';

export const idle: Benchmark<IdleFlags> = {
  name: 'idle',
  about:
    'what it costs when nothing changes: requests to each spoke and member, by the audit log of its API server, and processor time',
  flags: (command) =>
    command
      .option('--spokes <count>', 'spokes with Knative Serving installed', wholeNumber(0, 10), 2)
      .option(
        '--members <count>',
        'members that one DistributedScaledObject spreads over',
        wholeNumber(0, 10),
        0,
      )
      .option('--minutes <count>', 'how long to watch it', wholeNumber(2, 600), 3),
  run: async ({ spokes, members, minutes }, tell) => {
    if (spokes + members === 0) throw new Error('without a spoke or a member there is nothing to measure');
    await using cleanUp = new AsyncDisposableStack();
    const bundle = cleanUp.use(await buildBundle());
    const logs: AuditLog[] = [];
    for (let cluster = 0; cluster < spokes + members; cluster++)
      logs.push(cleanUp.use(await AuditLog.create()));
    const audited = logs.map(({ flags }) => ({ flags: { 'kube-apiserver': flags } }));
    const fleet = cleanUp.use(await Fleet.start({ spokes: audited }));
    const { manifests, spec } = await knative();
    await spreadOver(fleet, spokes);
    const flags = members === 0 ? [] : ['--enable-dso=true', '--scaling-engine=builtin'];
    const operator = await fleet.startOperator({ command: bundle.command, manifests, flags });
    tell(`idle: installing on ${spokes}, spreading over ${members}`);
    const servings = fleet.spokes
      .slice(0, spokes)
      .map(({ profile }) => fleet.createServing({ name: profile, profile, spec }));
    for (const serving of await Promise.all(servings)) await fleet.waitForReady(serving, settleMs);
    if (members > 0)
      await new Distributed(fleet).waitForStatus(
        'all members are ready',
        ({ membersHealthyCount }) => membersHealthyCount === members,
        settleMs,
      );
    tell('idle: settling');
    await systemClock.sleep(settleMs);
    tell(`idle: watching for ${minutes} minutes`);
    const before = await processUsage(operator.process.pid);
    const from = systemClock.now();
    await systemClock.sleep(minutes * 60_000);
    const to = systemClock.now();
    const after = await processUsage(operator.process.pid);
    const watches = await metricValue(operator.metricsUrl, 'wheelwright_cluster_watches');
    const requests = await Promise.all(logs.map((log) => requestsIn(log, { from, to })));
    const perMinute = requests.map((count) => count / minutes);
    const [ofSpokes, ofMembers] = [perMinute.slice(0, spokes), perMinute.slice(spokes)];
    const perSpoke = spokes === 0 ? 0 : watches / spokes;
    const cpuPercent = (100 * (after.cpuSeconds - before.cpuSeconds)) / ((to - from) / 1_000);
    const spokeMeasures: readonly Measure[] = [
      { what: 'requests to a spoke', unit: '/min', values: ofSpokes, goal: 1 },
      { what: 'open watches on a spoke', unit: '', values: [perSpoke] },
    ];
    const memberMeasures: readonly Measure[] = [
      { what: 'requests to a member', unit: '/min', values: ofMembers, goal: 1 },
    ];
    return {
      measures: [
        ...(spokes > 0 ? spokeMeasures : []),
        ...(members > 0 ? memberMeasures : []),
        { what: 'processor time of the operator', unit: '%', values: [cpuPercent] },
      ],
      figures: {
        ...(spokes === 0 ? {} : { requestsPerSpokePerMinute: medianOf(ofSpokes), watchesPerSpoke: perSpoke }),
        ...(members === 0 ? {} : { requestsPerMemberPerMinute: medianOf(ofMembers) }),
        cpuPercent: medianOf([cpuPercent]),
      },
      notes: [
        `${await knativeNote()} on ${spokes} spokes, one object over ${members} members, ${minutes} minutes, one value a cluster; 100 % is one processor`,
        `each watch is opened again every 40 to 60 minutes, which a short run may not see: about ${(perSpoke / 50).toFixed(2)}/min on a spoke`,
        machineNote(),
      ],
    };
  },
};

/** One workload on all clusters after the spokes, which are members, and an object that asks for as many replicas as it has. */
async function spreadOver(fleet: Fleet, spokes: number): Promise<void> {
  const members = fleet.spokes.slice(spokes);
  if (members.length === 0) return;
  for (const [index, { cluster, client }] of members.entries()) {
    await registerMember(fleet, `member-${index + 1}`, cluster);
    await fleet.put(resources.deployments, deployment(1), client);
  }
  const metadata = { namespace: 'default', name: 'mock-metric' };
  const data = { 'metric-value': String(5 * members.length) };
  await fleet.hub.create(resources.configMaps, { apiVersion: 'v1', kind: 'ConfigMap', metadata, data });
  await fleet.hub.create(resources.distributedScaledObjects, distributedObject());
}

/** An audit log without the installation is not the one of that spoke, or the operator calls itself otherwise. */
async function requestsIn(
  log: AuditLog,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<number> {
  const entries = await log.entries();
  if (countRequests(entries, { userAgent, from: 0, to }) === 0)
    throw new Error(
      `the audit log of a spoke has no request of '${userAgent}', not even of the installation`,
    );
  return countRequests(entries, { userAgent, from, to });
}
