import * as z from 'zod';
import { type KubeClient, resources } from '../../kube/index.ts';
import type { Happening } from './object-status.ts';

const mostShown = 10;
const text = z.string().nullish();
const eventSchema = z.looseObject({
  metadata: z.looseObject({ creationTimestamp: text }),
  eventTime: text,
  deprecatedLastTimestamp: text,
  series: z.looseObject({ count: z.number().nullish(), lastObservedTime: text }).nullish(),
  type: text,
  reason: text,
  note: text,
});

/** The last Events about an object, not about others that had its name before; the newest first. Throws KubeError. */
export async function readHappenings(
  client: KubeClient,
  { namespace, uid }: { readonly namespace: string; readonly uid: string },
  signal: AbortSignal,
): Promise<readonly Happening[]> {
  const { items } = await client.list(resources.events, {
    namespace,
    fieldSelector: `regarding.uid=${uid}`,
    signal,
  });
  return items
    .flatMap((item) => {
      const parsed = eventSchema.safeParse(item);
      return parsed.success ? [happening(parsed.data)] : [];
    })
    .toSorted((a, b) => Date.parse(b.at ?? '') - Date.parse(a.at ?? ''))
    .slice(0, mostShown);
}

function happening(event: z.output<typeof eventSchema>): Happening {
  const { metadata, series, eventTime, deprecatedLastTimestamp } = event;
  return {
    at:
      series?.lastObservedTime ??
      eventTime ??
      deprecatedLastTimestamp ??
      metadata.creationTimestamp ??
      undefined,
    type: event.type ?? '',
    reason: event.reason ?? '',
    note: event.note ?? '',
    count: series?.count ?? 1,
  };
}
