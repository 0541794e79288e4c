import type { ListOptions, WatchOptions, WriteOptions } from './client.ts';

/** The query parameters of the API, by what they are asked with. Empty values are left out. */

export function listQuery(
  options: ListOptions,
  page: { readonly limit?: number | undefined; readonly continue?: string | undefined },
): string {
  const { labelSelector, fieldSelector, resourceVersion } = options;
  return queryString({
    labelSelector,
    fieldSelector,
    // A continue token carries its own resourceVersion; the server refuses both.
    ...(page.continue === undefined ? { resourceVersion } : { continue: page.continue }),
    limit: page.limit === undefined ? undefined : String(page.limit),
  });
}

export function watchQuery(options: WatchOptions): string {
  const { labelSelector, fieldSelector, resourceVersion, timeoutSeconds, sendInitialEvents } = options;
  return queryString({
    watch: '1',
    allowWatchBookmarks: 'true',
    labelSelector,
    fieldSelector,
    resourceVersion,
    ...(sendInitialEvents === true
      ? { sendInitialEvents: 'true', resourceVersionMatch: 'NotOlderThan' }
      : {}),
    timeoutSeconds: timeoutSeconds === undefined ? undefined : String(timeoutSeconds),
  });
}

export function writeQuery(
  options: WriteOptions & { readonly force?: boolean | undefined; readonly fieldManager: string },
): string {
  return queryString({
    fieldManager: options.fieldManager,
    dryRun: options.dryRun === true ? 'All' : undefined,
    force: options.force === true ? 'true' : undefined,
  });
}

function queryString(query: Readonly<Record<string, string | undefined>>): string {
  const pairs = Object.entries(query).filter(
    (pair): pair is [string, string] => pair[1] !== undefined && pair[1] !== '',
  );
  return pairs.length === 0 ? '' : `?${new URLSearchParams(pairs).toString()}`;
}
