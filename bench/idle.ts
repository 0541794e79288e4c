import { systemClock } from '../src/kube/index.ts';
import { AuditLog, Fleet, metricValue } from '../test/fleet/index.ts';
import { countRequests } from './audited-requests.ts';
import type { Benchmark } from './benchmark.ts';
import { buildBundle } from './bundle.ts';
import { knative, knativeNote } from './knative.ts';
import { machineNote } from './machine.ts';
import { processUsage } from './process-usage.ts';
import { medianOf } from './report.ts';
import { wholeNumber } from './whole-number.ts';

interface IdleFlags {
  readonly spokes: number;
  readonly minutes: number;
}

/** What follows an installation has to be over: events, Jobs, the last watches. */
const settleMs = 60_000;
const userAgent = 'wheelwright/';

export const idle: Benchmark<IdleFlags> = {
  name: 'idle',
  about:
    'what it costs when nothing changes: requests to each spoke, by the audit log of its API server, and processor time',
  flags: (command) =>
    command
      .option('--spokes <count>', 'spokes with Knative Serving installed', wholeNumber(1, 10), 2)
      .option('--minutes <count>', 'how long to watch it', wholeNumber(2, 600), 3),
  run: async ({ spokes, minutes }, tell) => {
    await using cleanUp = new AsyncDisposableStack();
    const bundle = cleanUp.use(await buildBundle());
    const logs: AuditLog[] = [];
    for (let spoke = 0; spoke < spokes; spoke++) logs.push(cleanUp.use(await AuditLog.create()));
    const audited = logs.map(({ flags }) => ({ flags: { 'kube-apiserver': flags } }));
    const fleet = cleanUp.use(await Fleet.start({ spokes: audited }));
    const { manifests, spec } = await knative();
    const operator = await fleet.startOperator({ command: bundle.command, manifests });
    tell(`idle: installing on ${spokes}`);
    const servings = fleet.spokes.map(({ profile }) => fleet.createServing({ name: profile, profile, spec }));
    for (const serving of await Promise.all(servings)) await fleet.waitForReady(serving, settleMs);
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
    const cpuPercent = (100 * (after.cpuSeconds - before.cpuSeconds)) / ((to - from) / 1_000);
    return {
      measures: [
        { what: 'requests to a spoke', unit: '/min', values: perMinute, goal: 1 },
        { what: 'open watches on a spoke', unit: '', values: [watches / spokes] },
        { what: 'processor time of the operator', unit: '%', values: [cpuPercent] },
      ],
      figures: {
        requestsPerSpokePerMinute: medianOf(perMinute),
        watchesPerSpoke: watches / spokes,
        cpuPercent: medianOf([cpuPercent]),
      },
      notes: [
        `${await knativeNote()} on ${spokes} spokes, ${minutes} minutes, one value a spoke; 100 % is one processor`,
        `each watch is opened again every 40 to 60 minutes, which a short run may not see: about ${(watches / spokes / 50).toFixed(2)}/min`,
        machineNote(),
      ],
    };
  },
};

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
