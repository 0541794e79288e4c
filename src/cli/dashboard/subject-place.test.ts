import { expect, it } from 'vitest';
import { subjectPlace } from './subject-place.ts';

const fleet = {
  clusters: [{ name: 'hub' }, { name: 'fleet/eu-1' }],
  members: [{ name: 'clusterprofile#fleet/eu-1', configuration: { namespace: 'keda', name: 'kedify' } }],
} as never;

it.each([
  ['hub', { view: 'cluster', name: 'hub' }],
  ['fleet/eu-1', { view: 'cluster', name: 'fleet/eu-1' }],
  ['fleet/eu-9', undefined],
  ['serving/knative-serving/kn', { view: 'serving', namespace: 'knative-serving', name: 'kn' }],
  ['dso/shop/checkout', { view: 'dso', namespace: 'shop', name: 'checkout' }],
  [
    'member/clusterprofile#fleet/eu-1',
    { view: 'member', namespace: 'keda', name: 'clusterprofile#fleet/eu-1' },
  ],
  ['member/nobody', undefined],
])('the page of %s', (subject, place) => {
  expect(subjectPlace(subject, fleet)).toEqual(place);
});
