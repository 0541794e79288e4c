import { expect, test } from 'vitest';
import { fromAggregated, fromLegacy, legacyVersions } from './discovery-documents.ts';

const good = {
  resource: 'widgets',
  scope: 'Namespaced',
  responseKind: { group: '', version: '', kind: 'Widget' },
};
const widget = { group: 'example.com', version: 'v1', kind: 'Widget', plural: 'widgets', namespaced: true };

function aggregated(resources: unknown, metadata: unknown = { name: 'example.com' }): unknown {
  return { kind: 'APIGroupDiscoveryList', items: [{ metadata, versions: [{ version: 'v1', resources }] }] };
}

test('aggregated discovery gives resources with their group and version', () => {
  expect(fromAggregated(aggregated([good]))).toEqual([widget]);
  expect(fromAggregated(aggregated([{ ...good, scope: 'Cluster' }], {}))).toEqual([
    { ...widget, group: '', namespaced: false },
  ]);
});

test.each([
  null,
  'text',
  {},
  { ...good, responseKind: null },
  { ...good, responseKind: { kind: '' } },
  { ...good, scope: 'Odd' },
])('the entry %j is left out and hides no other', (odd) => {
  expect(fromAggregated(aggregated([odd, good]))).toEqual([widget]);
});

test('groups without versions, and versions without resources, are nothing', () => {
  const list = {
    kind: 'APIGroupDiscoveryList',
    items: [{}, { versions: null }, { versions: [{ version: 'v1' }] }, 7],
  };
  expect(fromAggregated(list)).toEqual([]);
});

test.each([null, [], {}, { kind: 'APIGroupList', groups: [] }])('%j is not aggregated discovery', (body) => {
  expect(fromAggregated(body)).toBeUndefined();
});

test('older servers name their group versions under /api and under /apis', () => {
  expect(legacyVersions({ kind: 'APIVersions', versions: ['v1'] })).toEqual(['v1']);
  const groups = [
    { name: 'a', versions: [{ groupVersion: 'a/v1' }, { groupVersion: 'a/v2' }] },
    { versions: [] },
  ];
  expect(legacyVersions({ kind: 'APIGroupList', groups })).toEqual(['a/v1', 'a/v2']);
  expect(legacyVersions({ kind: 'Status' })).toBeUndefined();
});

test('an old resource list gives resources without their subresources', () => {
  const list = {
    resources: [
      { name: 'widgets', kind: 'Widget', namespaced: true },
      { name: 'widgets/status', kind: 'Widget', namespaced: true },
      { name: 'odd' },
    ],
  };
  expect(fromLegacy('example.com/v1', list)).toEqual([widget]);
  expect(fromLegacy('v1', list)).toEqual([{ ...widget, group: '' }]);
  expect(fromLegacy('v1', {})).toEqual([]);
});
