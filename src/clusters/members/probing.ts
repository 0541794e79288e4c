import type { Clock } from '../../kube/index.ts';

/**
 * A connection asks a cluster that was quiet for six seconds, and gives up one that is silent for seven more: looked at every
 * two, it is known within fifteen that a cluster is gone, whether or not anybody uses it.
 */
const intervalMs = 2_000;
/** How long a cluster may be gone before that is known, at most; milliseconds. */
export const goneIsKnownMs = 15_000;
/** So that a thousand clusters are not looked at all at once. */
const jitterMs = 500;

/** Has a look again and again whether a cluster is there; the answer is not waited for. Ends with the signal. */
export async function probe(
  ask: () => void,
  { clock, random }: { readonly clock: Clock; readonly random: () => number },
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await clock.sleep(intervalMs - jitterMs * random(), signal).then(ask, () => undefined);
  }
}
