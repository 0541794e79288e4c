import type { AuditEntry } from '../test/fleet/index.ts';

export interface AuditSelection {
  /** How the user agent begins. */
  readonly userAgent: string;
  /** Milliseconds since the epoch. */
  readonly from: number;
  readonly to: number;
}

/** How many requests somebody began in a period. A watch has two entries, when it begins and when it ends: it counts once. */
export function countRequests(
  entries: readonly Pick<AuditEntry, 'userAgent' | 'requestURI' | 'requestReceivedTimestamp'>[],
  { userAgent, from, to }: AuditSelection,
): number {
  const requests = entries.filter(({ requestReceivedTimestamp, ...entry }) => {
    const at = Date.parse(requestReceivedTimestamp);
    return entry.userAgent?.startsWith(userAgent) === true && at >= from && at < to;
  });
  return new Set(requests.map((entry) => `${entry.requestReceivedTimestamp} ${entry.requestURI}`)).size;
}
