import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressOf, type Place, readPlace } from './place.ts';

describe('an address', () => {
  it.each<[address: string, place: Place]>([
    ['/', { view: 'fleet', filter: '', page: 1 }],
    ['/?q=eu+1&page=2', { view: 'fleet', filter: 'eu 1', page: 2 }],
    ['/?page=-1', { view: 'fleet', filter: '', page: 1 }],
    ['/?page=1e99', { view: 'fleet', filter: '', page: 1 }],
    ['/clusters/hub', { view: 'cluster', name: 'hub' }],
    ['/clusters/fleet/eu-1', { view: 'cluster', name: 'fleet/eu-1' }],
    [
      '/members/keda/clusterprofile%23fleet%2Feu-1',
      { view: 'member', namespace: 'keda', name: 'clusterprofile#fleet/eu-1' },
    ],
    ['/serving/knative-serving/kn', { view: 'serving', namespace: 'knative-serving', name: 'kn' }],
    ['/eventing/e/kn', { view: 'eventing', namespace: 'e', name: 'kn' }],
    [
      '/dso/shop/checkout/simulation?down=eu-1&total=20&minutes=60',
      { view: 'simulation', namespace: 'shop', name: 'checkout', down: 'eu-1', total: 20, minutes: 60 },
    ],
    [
      '/dso/shop/checkout/simulation?total=1e9&minutes=100000',
      { view: 'simulation', namespace: 'shop', name: 'checkout', down: '', total: undefined, minutes: 10 },
    ],
    ['/dso/shop/checkout?x=y', { view: 'dso', namespace: 'shop', name: 'checkout' }],
  ])('%s leads to its place', (address, place) => {
    expect(readPlace(address)).toEqual(place);
  });

  it.each([
    '',
    'clusters/hub',
    '//evil.example/',
    '/clusters',
    '/clusters/eu-1',
    '/clusters/fleet/',
    '/clusters/fleet/eu-1/more',
    '/dso/shop',
    '/dso/shop/checkout/more',
    '/serving/shop/checkout/simulation',
    '/dso/shop/checkout/simulation/more',
    '/secrets/shop/x',
    '/constructor/a/b',
    '/dso/%E0%A4%A/x',
    '/../../etc/passwd',
  ])('%s leads nowhere', (address) => {
    expect(readPlace(address)).toBeUndefined();
  });

  it('of any place leads back to it', () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 });
    const object = fc.record({
      view: fc.constantFrom('member', 'serving', 'eventing', 'dso'),
      namespace: text,
      name: text,
    });
    const fleet = fc.record({
      view: fc.constant('fleet'),
      filter: fc.string({ unit: 'grapheme', maxLength: 60 }),
      page: fc.integer({ min: 1, max: 10_000 }),
    });
    const simulation = fc.record({
      view: fc.constant('simulation'),
      namespace: text,
      name: text,
      down: fc.string({ unit: 'grapheme', maxLength: 60 }),
      total: fc.option(fc.nat(10_000), { nil: undefined }),
      minutes: fc.integer({ min: 1, max: 360 }),
    });
    fc.assert(
      fc.property(fc.oneof(object, fleet, simulation), (place) => {
        expect(readPlace(addressOf(place as Place))).toEqual(place);
      }),
    );
  });
});
