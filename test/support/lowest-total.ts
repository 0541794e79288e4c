/** A number as one server came to have it. */
export interface CountWrite {
  readonly count: number;
  /** When the server got the request, and when it had answered: it took effect between the two. RFC 3339, of one clock. */
  readonly from: string;
  readonly to: string;
}

export interface CountsOfServer {
  /** Before the first write. */
  readonly before: number;
  /** One after another. */
  readonly writes: readonly CountWrite[];
}

/**
 * The lowest sum that the numbers of several servers ever had. Watches of two servers have no common order: what was
 * less here only after it was more there may be seen first. The servers' own notes have one where their clock is the same. A
 * rise counts from when its server was asked, a fall from when it had answered, so that no sum is too low; where one caused
 * the other, as a member gives only what was seen to serve elsewhere, they are apart anyway.
 */
export function lowestTotal(servers: readonly CountsOfServer[]): number {
  const changes = servers.flatMap(({ before, writes }) =>
    writes.map(({ count, from, to }, index) => {
      const by = count - (writes[index - 1]?.count ?? before);
      return { by, at: by > 0 ? from : to };
    }),
  );
  let total = servers.reduce((sum, { before }) => sum + before, 0);
  let lowest = total;
  for (const { by } of changes.toSorted((a, b) => (a.at < b.at || (a.at === b.at && a.by > b.by) ? -1 : 1))) {
    total += by;
    lowest = Math.min(lowest, total);
  }
  return lowest;
}
