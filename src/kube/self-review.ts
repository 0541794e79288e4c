import * as z from 'zod';
import type { KubeClient } from './client.ts';
import { resources } from './resource.ts';

/** Who an API server takes us for. */
export interface SelfReview {
  readonly username: string;
  /** What tells it from others that had its name before; undefined where the server knows of none. */
  readonly uid: string | undefined;
  readonly groups: readonly string[];
  /** The server's clock, in milliseconds since the epoch, with the precision of a second; undefined where it does not tell. */
  readonly serverTime: number | undefined;
}

const schema = z.object({
  metadata: z.object({ creationTimestamp: z.string().nullish() }).nullish(),
  status: z.object({
    userInfo: z.object({
      username: z.string(),
      uid: z.string().nullish(),
      groups: z.array(z.string()).nullish(),
    }),
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
    uid: status.userInfo.uid ?? undefined,
    groups: status.userInfo.groups ?? [],
    serverTime: Number.isNaN(time) ? undefined : time,
  };
}
