import { resources, systemClock } from '../../src/kube/index.ts';
import { waitFor } from '../bed/index.ts';
import { fleetNamespace, metricValue, type RunningOperator } from '../fleet/index.ts';
import type { Stage } from './stage.ts';
import { writesOnSpoke } from './writes-on-spoke.ts';

export interface Restarted {
  readonly operator: RunningOperator;
  /** From the start of the new process until it has looked at every object. */
  readonly seconds: number;
  readonly objects: number;
  /** How many of them are not what they were, or were written again. */
  readonly rewritten: number;
  /** Writes to spokes that the new process counted, also those that changed nothing. */
  readonly writes: number;
}

const lookedMs = 60_000;

/**
 * Kills the operator, starts another, and waits until that has looked at everything. The Leases of the dead one are
 * deleted, because its successor would wait for them to run out first.
 */
export async function restart(
  stage: Stage,
  running: RunningOperator,
  signal: AbortSignal,
): Promise<Restarted> {
  const before = await writesOn(stage);
  await running.process.kill();
  await deleteLeases(stage);
  const startedAt = systemClock.monotonic();
  const operator = await stage.startOperator();
  const labels = { controller: 'knativeserving', result: 'success' };
  await waitFor(
    'the new operator has looked at every KnativeServing',
    async (saw) => {
      const passes = await metricValue(operator.metricsUrl, 'controller_runtime_reconcile_total', labels);
      saw(passes);
      return passes >= stage.spokes.length;
    },
    { timeoutMs: lookedMs, signal },
  );
  const seconds = (systemClock.monotonic() - startedAt) / 1_000;
  const writes = await metricValue(operator.metricsUrl, 'wheelwright_delivery_writes_total');
  const rewritten = differences(before, await writesOn(stage));
  return { operator, seconds, objects: before.size, rewritten, writes };
}

async function deleteLeases({ fleet }: Stage): Promise<void> {
  const { items } = await fleet.hub.list(resources.leases, { namespace: fleetNamespace, metadataOnly: true });
  await Promise.all(items.map(({ metadata }) => fleet.hub.delete(resources.leases, metadata)));
}

async function writesOn({ spokes }: Stage): Promise<ReadonlyMap<string, string>> {
  const each = spokes.map(async ({ spoke }) =>
    [...(await writesOnSpoke(spoke.client))].map(
      ([object, write]) => [`${spoke.profile} ${object}`, write] as const,
    ),
  );
  return new Map((await Promise.all(each)).flat());
}

function differences(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): number {
  const names = new Set([...before.keys(), ...after.keys()]);
  return [...names].filter((name) => before.get(name) !== after.get(name)).length;
}
