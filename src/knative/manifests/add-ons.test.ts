import { describe, expect, it } from 'vitest';
import { eventingAddOns, servingAddOns } from './add-ons.ts';

const on = { enabled: true };
const off = { enabled: false };

describe('the add-ons of Serving', () => {
  it.each([
    ['Istio without a word about ingress', {}, '1.22.1', [['ingress/1.22/istio']]],
    ['nothing with an empty ingress', { ingress: {} }, '1.22.1', []],
    ['nothing when all are off', { ingress: { istio: off, kourier: off } }, '1.22.1', []],
    ['what is on', { ingress: { kourier: on } }, '1.22.1', [['ingress/1.22/kourier']]],
    [
      'all of them in their order',
      { ingress: { 'gateway-api': on, kourier: on, contour: on, istio: on } },
      '1.22.0',
      [['ingress/1.22/istio', 'ingress/1.22/contour', 'ingress/1.22/kourier', 'ingress/1.22/gateway-api']],
    ],
    [
      'the nightly build of a nightly build',
      { ingress: { kourier: on } },
      'latest',
      [['ingress/latest/kourier']],
    ],
    [
      'Security-Guard after the ingress',
      { ingress: { kourier: on }, security: { securityGuard: on } },
      '1.22.1',
      [['ingress/1.22/kourier'], ['security-guard/0.6']],
    ],
    [
      'Security-Guard alone',
      { ingress: {}, security: { securityGuard: on } },
      'latest',
      [['security-guard/0.6']],
    ],
    ['no Security-Guard when it is off', { ingress: {}, security: { securityGuard: off } }, '1.22.1', []],
    ['nothing where the version is not known', { security: { securityGuard: on } }, '', []],
  ])('are %s', (_, spec, version, groups) => {
    expect(servingAddOns(spec, version)).toEqual(groups);
  });

  it.each(['1.7.0', '0.26.0'])('do not have Security-Guard for %s', (version) => {
    expect(() => servingAddOns({ ingress: {}, security: { securityGuard: on } }, version)).toThrow(
      'the current version of Knative Serving is',
    );
  });
});

describe('the add-ons of Eventing', () => {
  const none = { ceph: off, github: off, gitlab: off, kafka: off, rabbitmq: off, redis: off };

  it.each([
    ['nothing without a word about sources', {}, []],
    ['nothing when all are off', { source: none }, []],
    [
      'what is on, in its order',
      { source: { ...none, redis: on, ceph: on, github: on } },
      [['eventing-source/0.23/ceph', 'eventing-source/0.23/github', 'eventing-source/0.23/redis']],
    ],
  ])('are %s', (_, spec, groups) => {
    expect(eventingAddOns(spec, '0.23.0')).toEqual(groups);
  });
});
