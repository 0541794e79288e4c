import { objectKey } from '../../src/api/index.ts';
import { resources, systemClock } from '../../src/kube/index.ts';
import { waitFor } from '../bed/index.ts';
import { servingNamespace, victim } from './cast.ts';
import { isAvailable } from './spoke-view.ts';
import type { Stage, StageSpoke } from './stage.ts';

export interface Mended {
  /** From the deletion until all its replicas are available again. */
  readonly seconds: number;
  /** What the event on the hub says of it. */
  readonly event: string;
}

const mendedMs = 120_000;
const eventMs = 30_000;

/** Deletes a Deployment on a spoke, as somebody might, and waits until the operator has put it back. */
export async function mend(
  { fleet }: Stage,
  { spoke, view }: StageSpoke,
  signal: AbortSignal,
): Promise<Mended> {
  const key = objectKey(victim);
  const uid = view.deployment(key)?.metadata.uid;
  const startedAt = systemClock.monotonic();
  await spoke.client.delete(resources.deployments, victim, { propagation: 'Background', signal });
  await waitFor(
    `Deployment ${key} is back and available`,
    () => {
      const found = view.deployment(key);
      return found !== undefined && found.metadata.uid !== uid && isAvailable(found);
    },
    { timeoutMs: mendedMs, everyMs: 10, signal },
  );
  const seconds = (systemClock.monotonic() - startedAt) / 1_000;
  const event = await waitFor(
    'an event that tells of it',
    async () => {
      const { items } = await fleet.hub.list(resources.events, { namespace: servingNamespace, signal });
      const notes = items
        .filter((item) => item['reason'] === 'DriftMended')
        .map((item) => String(item['note']));
      return notes.find((note) => note.includes(victim.name));
    },
    { timeoutMs: eventMs, signal },
  );
  return { seconds, event };
}
