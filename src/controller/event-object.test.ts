import { describe, expect, test } from 'vitest';
import { type EventDetails, eventObject, referenceTo, seriesKey, seriesPatch } from './event-object.ts';

const source = { reportingController: 'wheelwright.dev/knative', reportingInstance: 'operator-0' };
const regarding = {
  apiVersion: 'operator.knative.dev/v1beta1',
  kind: 'KnativeServing',
  namespace: 'a',
  name: 'knative',
  uid: 'u1',
};
const related = {
  apiVersion: 'multicluster.x-k8s.io/v1alpha1',
  kind: 'ClusterProfile',
  namespace: 'fleet',
  name: 'eu-1',
};
const details: EventDetails = {
  regarding,
  related,
  reason: 'DriftMended',
  action: 'Mend',
  note: 'Deployment activator restored on eu-1',
};
const now = Date.parse('2026-11-21T10:02:11.123Z');

test('an Event has every field that the API asks for', () => {
  expect(eventObject(details, source, 'f00', now)).toEqual({
    apiVersion: 'events.k8s.io/v1',
    kind: 'Event',
    metadata: { name: 'knative.f00', namespace: 'a' },
    eventTime: '2026-11-21T10:02:11.123000Z',
    reportingController: 'wheelwright.dev/knative',
    reportingInstance: 'operator-0',
    type: 'Warning',
    reason: 'DriftMended',
    action: 'Mend',
    regarding,
    related,
    note: 'Deployment activator restored on eu-1',
  });
});

test('the Event of a cluster-scoped object lives in the namespace default', () => {
  const clusterScoped = { ...details, regarding: { apiVersion: 'v1', kind: 'Namespace', name: 'a' } };
  expect(eventObject(clusterScoped, source, 'f00', now).metadata.namespace).toBe('default');
});

test('the name stays within its limit', () => {
  const long = { ...details, regarding: { ...regarding, name: 'n'.repeat(253) } };
  const { name } = eventObject(long, source, 'f00', now).metadata;
  expect(name).toHaveLength(253);
  expect(name.endsWith('.f00')).toBe(true);
});

test.each([
  ['x'.repeat(1_024), 'x'.repeat(1_024)],
  ['x'.repeat(1_025), 'x'.repeat(1_024)],
  [`${'x'.repeat(1_022)}€`, 'x'.repeat(1_022)],
  [`${'x'.repeat(1_021)}€ and more`, `${'x'.repeat(1_021)}€`],
])('a note is cut at 1,024 bytes, never through a character', (note, expected) => {
  expect(eventObject({ ...details, note }, source, 'f00', now)['note']).toBe(expected);
});

test('a series has its count and when it was seen last', () => {
  expect(seriesPatch(3, now)).toEqual({
    series: { count: 3, lastObservedTime: '2026-11-21T10:02:11.123000Z' },
  });
});

test('a reference names the object and leaves its version out', () => {
  const { uid, namespace, name, apiVersion, kind } = regarding;
  expect(referenceTo({ apiVersion, kind, metadata: { uid, namespace, name, resourceVersion: '7' } })).toEqual(
    regarding,
  );
});

describe('another series begins with another', () => {
  test.each([
    ['object', { regarding: { ...regarding, name: 'other' } }],
    ['object of the same name', { regarding: { ...regarding, uid: 'u2' } }],
    ['cluster', { related: { ...related, name: 'eu-2' } }],
    ['reason', { reason: 'ForeignFieldLeft' as const }],
    ['action', { action: 'Deliver' }],
    ['note', { note: 'Deployment webhook restored on eu-1' }],
  ])('%s', (_what, change) => {
    expect(seriesKey({ ...details, ...change })).not.toBe(seriesKey(details));
    expect(seriesKey({ ...details })).toBe(seriesKey(details));
  });
});

test('what looks like a credential in a note is masked before the note is cut', () => {
  const note = `${'x'.repeat(980)} Authorization: Bearer ${'A1b2C3d4'.repeat(8)}`;
  expect(eventObject({ ...details, note }, source, 'f00', now)['note']).toMatch(/Bearer \[redac/);
});
