import type { Clock } from '../../kube/index.ts';

/**
 * A connection gives a cluster up that is silent for seven seconds after it was asked; asked every eight, it is known
 * within fifteen that a cluster is gone, whether or not anybody uses it.
 */
const intervalMs = 8_000;
/** So that a thousand clusters are not asked all at once. */
const jitterMs = 1_000;

/** Asks again and again whether a cluster is there; the answer is not waited for. Ends with the signal. */
export async function probe(
  ask: () => void,
  { clock, random }: { readonly clock: Clock; readonly random: () => number },
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await clock.sleep(intervalMs - jitterMs * random(), signal).then(ask, () => undefined);
  }
}

export { intervalMs as probeIntervalMs };
