import * as z from 'zod';
import { type Clock, type KubeClient, resources } from '../../../kube/index.ts';

/** Who an API server takes us for. */
export interface SelfReview {
  readonly username: string;
  readonly groups: readonly string[];
  /** The server's clock, in milliseconds since the epoch, with the precision of a second; undefined where it does not tell. */
  readonly serverTime: number | undefined;
}

export interface TimedReview extends SelfReview {
  /** The time here, in milliseconds since the epoch, half way between question and answer. */
  readonly askedAt: number;
}

const schema = z.object({
  metadata: z.object({ creationTimestamp: z.string().nullish() }).nullish(),
  status: z.object({
    userInfo: z.object({ username: z.string(), groups: z.array(z.string()).nullish() }),
  }),
});

/** Asks by a SelfSubjectReview (Kubernetes 1.28). Throws KubeError, and Error for an answer that says nothing. */
export async function selfReview(client: KubeClient, signal: AbortSignal): Promise<SelfReview> {
  const review = await client.create(
    resources.selfSubjectReviews,
    {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'SelfSubjectReview',
      metadata: { name: '' },
    },
    { signal },
  );
  const parsed = schema.safeParse(review);
  if (!parsed.success) throw new Error('the server did not say who we are');
  const { metadata, status } = parsed.data;
  const time = Date.parse(metadata?.creationTimestamp ?? '');
  return {
    username: status.userInfo.username,
    groups: status.userInfo.groups ?? [],
    serverTime: Number.isNaN(time) ? undefined : time,
  };
}

/** The same with the time here, to compare clocks. Throws as it does. */
export async function timedReview(
  client: KubeClient,
  clock: Clock,
  signal: AbortSignal,
): Promise<TimedReview> {
  const before = clock.now();
  const review = await selfReview(client, signal);
  return { ...review, askedAt: (before + clock.now()) / 2 };
}
