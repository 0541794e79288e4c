import { describe, expect, it } from 'vitest';
import { isKubernetesTooOld, kubernetesMinimum } from './kubernetes-minimum.ts';

describe('the oldest Kubernetes for a Knative', () => {
  it.each([
    ['1.12.4', '1.26'],
    ['1.15.2', '1.28'],
    ['1.20.0', '1.32'],
    ['1.21.3', '1.33'],
    ['1.22.1', '1.34'],
    ['1.23.0', '1.34'],
    ['v1.23', '1.34'],
    ['1.99.0', '1.34'],
    ['2.0.0', '1.34'],
    ['latest', '1.34'],
    ['Latest', '1.34'],
    ['1.11.0', undefined],
    ['', undefined],
    ['nonsense', undefined],
  ])('%j is %s', (knative, kubernetes) => {
    expect(kubernetesMinimum(knative)).toBe(kubernetes);
  });
});

describe('a cluster', () => {
  it.each([
    ['v1.33.0', '1.33', false],
    ['v1.32.9', '1.33', true],
    ['v1.33.1-eks-4b1d3d', '1.33', false],
    ['v1.33.0-alpha.1', 'v1.33.0', false],
    ['v1.33.4', 'v1.33.5', true],
    ['v2.0.0', '1.33', false],
    ['v1.9.0', '1.10', true],
    ['1.34', '1.33', false],
    ['unknown', '1.33', false],
    ['v1.30.0', 'anything', false],
  ])('with %s is too old for %s: %s', (server, minimum, tooOld) => {
    expect(isKubernetesTooOld(server, minimum)).toBe(tooOld);
  });
});
