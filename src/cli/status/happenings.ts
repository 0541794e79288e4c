import * as z from 'zod';
import type { KubeObject } from '../../api/index.ts';
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

/** An object that Events may be about. */
export interface Regarded {
  readonly namespace: string;
  readonly uid: string;
}

/** The last Events about an object, not about others that had its name before; the newest first. Throws KubeError. */
export async function readHappenings(
  client: KubeClient,
  { namespace, uid }: Regarded,
  signal: AbortSignal,
): Promise<readonly Happening[]> {
  const { items } = await client.list(resources.events, {
    namespace,
    fieldSelector: eventsRegarding(uid),
    signal,
  });
  return newestHappenings(items.map(readHappening));
}

/** The field selector of Events about one object. */
export function eventsRegarding(uid: string): string {
  return `regarding.uid=${uid}`;
}

/** Undefined for what is no Event. */
export function readHappening(event: KubeObject): Happening | undefined {
  const parsed = eventSchema.safeParse(event);
  return parsed.success ? happening(parsed.data) : undefined;
}

/** As many as are shown. */
export function newestHappenings(happenings: readonly (Happening | undefined)[]): readonly Happening[] {
  return happenings
    .filter((one) => one !== undefined)
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
