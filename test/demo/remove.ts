import { NotFoundError, resources, systemClock } from '../../src/kube/index.ts';
import { waitFor } from '../bed/index.ts';
import type { Fleet, Ground } from '../fleet/index.ts';
import { servingNamespace } from './cast.ts';
import type { Stage, StageSpoke } from './stage.ts';

export interface Removed {
  /** Until the objects on the hub are gone: the operator lets them go when it has removed what they stand for. */
  readonly seconds: number;
  /** By spoke: what has Knative's labels, and its namespace; definitions of kinds stay, and are not counted. */
  readonly left: ReadonlyMap<string, readonly string[]>;
}

const goneMs = 180_000;
/** Pods end, and the garbage collector comes, after the operator has done its part. */
const emptyMs = 120_000;

/** Deletes the KnativeServing objects and waits until they are gone and the spokes are empty. */
export async function remove({ fleet, spokes }: Stage): Promise<Removed> {
  const startedAt = systemClock.monotonic();
  await Promise.all(
    spokes.map(async ({ serving }) => {
      await fleet.deleteServing(serving).catch(absent);
      await fleet.waitForGone(serving, goneMs);
    }),
  );
  const seconds = (systemClock.monotonic() - startedAt) / 1_000;
  const left = spokes.map(async (spoke) => [spoke.spoke.profile, await leftInTheEnd(fleet, spoke)] as const);
  return { seconds, left: new Map(await Promise.all(left)) };
}

/** Empty as soon as the spoke is; what is left after the deadline otherwise. */
async function leftInTheEnd(fleet: Fleet<Ground>, { spoke }: StageSpoke): Promise<readonly string[]> {
  spoke.client.invalidateDiscovery();
  let left: readonly string[] = [];
  const isEmpty = async (): Promise<boolean> => {
    left = await leftNow(fleet, spoke);
    return left.length === 0;
  };
  await waitFor(`${spoke.profile} is empty`, isEmpty, { timeoutMs: emptyMs, everyMs: 200 }).catch(
    () => undefined,
  );
  return left;
}

async function leftNow(fleet: Fleet<Ground>, spoke: StageSpoke['spoke']): Promise<readonly string[]> {
  const [labelled, namespace] = await Promise.all([
    fleet.leftOn(spoke),
    spoke.client.get(resources.namespaces, { name: servingNamespace }, { metadataOnly: true }).catch(absent),
  ]);
  return namespace === undefined ? labelled : [...labelled, `Namespace ${servingNamespace}`];
}

function absent(error: unknown): undefined {
  if (error instanceof NotFoundError) return undefined;
  throw error;
}
