import { describe, expect, it } from 'vitest';
import { raiseAutoscaler } from './autoscaling.ts';
import { highAvailability } from './high-availability.ts';
import { contextFor, deployment, object, workload } from './objects.fixture.ts';
import { valueAt } from './path-copy.ts';

function autoscaler(name: string, minReplicas?: number, maxReplicas?: number) {
  return object('autoscaling/v2', 'HorizontalPodAutoscaler', name, { spec: { minReplicas, maxReplicas } });
}

describe('high availability', () => {
  it.each([
    ['controller', 2],
    ['autoscaler', 2],
    ['pingsource-mt-adapter', undefined],
    ['activator', undefined],
    ['webhook', undefined],
    ['3scale-kourier-gateway', undefined],
    ['eventing-webhook', undefined],
    ['mt-broker-ingress', undefined],
    ['mt-broker-filter', undefined],
    ['kafka-broker-dispatcher', undefined],
    ['kafka-source-dispatcher', undefined],
    ['kafka-channel-dispatcher', undefined],
  ])('gives Deployment %s %s replicas', (name, replicas) => {
    const spec = { 'high-availability': { replicas: 2 } };
    expect(valueAt(highAvailability(deployment(name), contextFor(spec)), ['spec', 'replicas'])).toBe(
      replicas,
    );
  });

  it.each([
    [1, 4, 2, 2, 5],
    [3, 5, 2, 3, 5],
    [2, 5, 2, 2, 5],
    [2, 5, 6, 6, 9],
    [2, 2, 3, 3, 3],
    [undefined, 4, 2, 2, 6],
    [1, undefined, 2, 2, undefined],
  ])('takes an autoscaler from %s–%s for %s to %s–%s', (min, max, replicas, newMin, newMax) => {
    const spec = { 'high-availability': { replicas } };
    const raised = highAvailability(autoscaler('activator', min, max), contextFor(spec));
    expect([valueAt(raised, ['spec', 'minReplicas']), valueAt(raised, ['spec', 'maxReplicas'])]).toEqual([
      newMin,
      newMax,
    ]);
  });

  it('leaves alone what an override decides, of whatever kind', () => {
    const spec = {
      'high-availability': { replicas: 2 },
      workloads: [{ name: 'activator', replicas: 7 }],
      deployments: [{ name: 'controller', replicas: 7 }],
    };
    for (const given of [autoscaler('activator', 1, 4), deployment('controller')]) {
      expect(highAvailability(given, contextFor(spec))).toBe(given);
    }
  });

  it('is raised for an autoscaler whose workload is decided under another name', () => {
    const spec = {
      'high-availability': { replicas: 3 },
      workloads: [{ name: 'mt-broker-ingress', replicas: 2 }],
    };
    const raised = highAvailability(autoscaler('broker-ingress-hpa', 1, 10), contextFor(spec));
    expect(valueAt(raised, ['spec', 'minReplicas'])).toBe(3);
  });

  it('does nothing without being asked, to StatefulSets, and to an autoscaler that is none', () => {
    const given = deployment('controller');
    expect(highAvailability(given, contextFor({}))).toBe(given);
    const set = workload('StatefulSet', 'request-reply', []);
    expect(highAvailability(set, contextFor({ 'high-availability': { replicas: 2 } }))).toBe(set);
    expect(raiseAutoscaler(autoscaler('a', 5, 9), 5)).toEqual(autoscaler('a', 5, 9));
  });
});
