import { type Clock, type KubeClient, type SelfReview, selfReview } from '../../../kube/index.ts';

export interface TimedReview extends SelfReview {
  /** The time here, in milliseconds since the epoch, half way between question and answer. */
  readonly askedAt: number;
}

/** Who we are, with the time here, to compare clocks. Throws as `selfReview` does. */
export async function timedReview(
  client: KubeClient,
  clock: Clock,
  signal: AbortSignal,
): Promise<TimedReview> {
  const before = clock.now();
  const review = await selfReview(client, signal);
  return { ...review, askedAt: (before + clock.now()) / 2 };
}
