import { expect, test } from 'vitest';
import { listQuery, watchQuery, writeQuery } from './request-query.ts';

test.each([
  [listQuery({}, {}), ''],
  [
    listQuery({ labelSelector: 'a=b,c', fieldSelector: '' }, { limit: 5 }),
    '?labelSelector=a%3Db%2Cc&limit=5',
  ],
  [listQuery({ resourceVersion: '0' }, {}), '?resourceVersion=0'],
  [listQuery({ resourceVersion: '0' }, { limit: 5, continue: 'token' }), '?continue=token&limit=5'],
  [watchQuery({}), '?watch=1&allowWatchBookmarks=true'],
  [
    watchQuery({ resourceVersion: '7', timeoutSeconds: 300 }),
    '?watch=1&allowWatchBookmarks=true&resourceVersion=7&timeoutSeconds=300',
  ],
  [
    watchQuery({ sendInitialEvents: true }),
    '?watch=1&allowWatchBookmarks=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan',
  ],
  [writeQuery({ fieldManager: 'me' }), '?fieldManager=me'],
  [writeQuery({ fieldManager: 'me', dryRun: true, force: true }), '?fieldManager=me&dryRun=All&force=true'],
  [writeQuery({ fieldManager: 'me', dryRun: false, force: false }), '?fieldManager=me'],
])('%s', (query, expected) => {
  expect(query).toBe(expected);
});
