import type { KubeObject } from '../api/index.ts';
import { type EventReason, eventType } from './event-reasons.ts';
import { maskSecrets } from './mask-secrets.ts';
import { microTime } from './micro-time.ts';

/** corev1.ObjectReference, as far as events use it. A KubeObject's identity makes one by `referenceTo`. */
export interface ObjectReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string | undefined;
  readonly name: string;
  readonly uid?: string | undefined;
}

/** What happened: a result, not an intention. */
export interface EventDetails {
  /** The object that the event is shown with. */
  readonly regarding: ObjectReference;
  /** The cluster or member it happened on. */
  readonly related?: ObjectReference | undefined;
  readonly reason: EventReason;
  /** What was being done, as a verb: Deliver, Mend, Exclude, Rebalance, Remove, Fetch. */
  readonly action: string;
  /** Object, cluster, old and new value, cause. Masked, and cut at 1,024 bytes. */
  readonly note: string;
}

export interface EventSource {
  /** `wheelwright.dev/knative` and the like. */
  readonly reportingController: string;
  /** The pod. */
  readonly reportingInstance: string;
}

/** The API server's limits, in bytes. */
const longestNote = 1_024;
const longestName = 253;

export function referenceTo({
  apiVersion,
  kind,
  metadata: { namespace, name, uid },
}: KubeObject): ObjectReference {
  return { apiVersion, kind, namespace, name, uid };
}

/** An events.k8s.io/v1 Event of something that happened once, at `now` (ms since the epoch). `suffix` makes its name unique. */
export function eventObject(
  details: EventDetails,
  source: EventSource,
  suffix: string,
  now: number,
): KubeObject {
  const { regarding, related, reason, action, note } = details;
  return {
    apiVersion: 'events.k8s.io/v1',
    kind: 'Event',
    metadata: {
      name: `${regarding.name.slice(0, longestName - suffix.length - 1)}.${suffix}`,
      // Events about cluster-scoped objects live in the namespace `default`.
      namespace: regarding.namespace ?? 'default',
    },
    eventTime: microTime(now),
    ...source,
    type: eventType(reason),
    reason,
    action,
    regarding,
    ...(related === undefined ? {} : { related }),
    note: cutToBytes(maskSecrets(note), longestNote),
  };
}

/** The patch that tells an existing Event how often it has happened, the last time at `lastAt` (ms since the epoch). */
export function seriesPatch(count: number, lastAt: number): Readonly<Record<string, unknown>> {
  return { series: { count, lastObservedTime: microTime(lastAt) } };
}

/** Events that are one series: same object, related object, reason, action and note. */
export function seriesKey({ regarding, related, reason, action, note }: EventDetails): string {
  const identity = ({ kind, namespace, name, uid }: ObjectReference) => [kind, namespace, name, uid];
  return JSON.stringify([identity(regarding), related && identity(related), reason, action, note]);
}

function cutToBytes(text: string, limit: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= limit) return text;
  // Decoding drops the half of a character that may be left at the cut.
  return new TextDecoder().decode(bytes.subarray(0, limit), { stream: true });
}
