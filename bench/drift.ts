import { resources, systemClock } from '../src/kube/index.ts';
import { Fleet, type Spoke } from '../test/fleet/index.ts';
import type { Benchmark } from './benchmark.ts';
import { buildBundle } from './bundle.ts';
import { knative, knativeNote } from './knative.ts';
import { machineNote } from './machine.ts';
import { medianOf } from './report.ts';
import { secondsUntil } from './seconds-until.ts';
import { wholeNumber } from './whole-number.ts';

interface DriftFlags {
  readonly runs: number;
}

interface Run {
  /** Deleted → there again, with another uid. */
  readonly recreated: number;
  /** Deleted → all its replicas are available again. */
  readonly available: number;
}

const limitMs = 60_000;
/** Between two runs, so that one does not meet the end of the last. */
const pauseMs = 2_000;
/** In turn, because an object that somebody deletes again and again is mended ever more slowly, on purpose. */
const victims = ['activator', 'autoscaler', 'controller', 'webhook'].map((name) => ({
  namespace: 'knative-serving',
  name,
}));

export const drift: Benchmark<DriftFlags> = {
  name: 'drift',
  about: 'a Deployment of Knative is deleted on a spoke: until it is back and available',
  flags: (command) => command.option('--runs <count>', 'how many deletions', wholeNumber(1, 1_000), 10),
  run: async ({ runs }, tell) => {
    await using bundle = await buildBundle();
    await using fleet = await Fleet.start();
    const { manifests, spec } = await knative();
    await fleet.startOperator({ command: bundle.command, manifests });
    const spoke = fleet.spoke(0);
    await fleet.waitForReady(await fleet.createServing({ profile: spoke.profile, spec }));
    const found: Run[] = [];
    for (let run = 1; run <= runs; run++) {
      const victim = victims[run % victims.length];
      if (victim === undefined) continue;
      tell(`drift: run ${run} of ${runs}`);
      await systemClock.sleep(pauseMs);
      found.push(await measure(spoke, victim));
    }
    const available = found.map((run) => run.available);
    return {
      measures: [
        { what: 'deleted to there again', unit: 's', values: found.map(({ recreated }) => recreated) },
        { what: 'deleted to available again', unit: 's', values: available, goal: 2 },
      ],
      figures: { seconds: medianOf(available) },
      notes: [
        `${await knativeNote()}; Deployments ${victims.map(({ name }) => name).join(', ')} in turn`,
        machineNote(),
      ],
    };
  },
};

async function measure({ client }: Spoke, victim: (typeof victims)[number]): Promise<Run> {
  const { uid } = (await client.get(resources.deployments, victim)).metadata;
  const since = systemClock.monotonic();
  await client.delete(resources.deployments, victim, { propagation: 'Background' });
  const what = `${victim.name} is there again`;
  const recreated = await secondsUntil({ what, since, timeoutMs: limitMs, everyMs: 5 }, async () => {
    return (await client.get(resources.deployments, victim)).metadata.uid !== uid;
  });
  const available = await secondsUntil({ what, since, timeoutMs: limitMs, everyMs: 5 }, async () => {
    const { metadata, ...found } = await client.get(resources.deployments, victim);
    const { replicas = 1 } = found['spec'] as { readonly replicas?: number };
    const { availableReplicas = 0 } = (found['status'] ?? {}) as { readonly availableReplicas?: number };
    return metadata.uid !== uid && availableReplicas >= replicas;
  });
  return { recreated, available };
}
