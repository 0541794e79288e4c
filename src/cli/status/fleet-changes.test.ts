import { describe, expect, it } from 'vitest';
import { answered } from '../hub/answer.ts';
import { fleetProfile } from '../hub/fleet-profile.ts';
import { clusterProfile, installation, notReady, now } from '../testing/objects.ts';
import { fleetChanges } from './fleet-changes.ts';
import { type FleetStatus, fleetStatus } from './fleet-status.ts';
import { readInstallation } from './installation.ts';

function fleet(options: Parameters<typeof installation>[1] = {}, operating = true): FleetStatus {
  const lease = {
    namespace: 'a',
    name: 'knative-operator.knative.dev.operator.pkg.reconciler.knativeserving.reconciler.00-of-01',
    holder: operating ? 'pod-1' : '',
    renewedAt: new Date(now).toISOString(),
    durationMs: 15_000,
  };
  return fleetStatus(
    {
      context: 'prod',
      server: 'https://prod',
      kubernetes: answered('v1.36.3'),
      leases: answered([lease]),
      operatorVersion: answered(undefined),
      profiles: answered([fleetProfile(clusterProfile('fleet/a'))]),
      servings: answered([readInstallation('serving', installation('b/kn', { on: 'fleet/a', ...options }))]),
      eventings: answered([]),
      members: answered([]),
      scaledObjects: answered([]),
    },
    now,
  );
}

function waiting(message: string, seconds = 60): Parameters<typeof installation>[1] {
  return { conditions: notReady('DeploymentsAvailable', { reason: 'NotReady', message, seconds }) };
}

describe('changes of a fleet', () => {
  it('are none where only time went by', () => {
    expect(fleetChanges(fleet(waiting('a')), fleet(waiting('a', 900)))).toEqual([]);
  });

  it('are states, and the reasons for them', () => {
    expect(fleetChanges(fleet(), fleet(waiting('on a')))).toEqual([
      { subject: 'cluster/fleet/a', before: 'Ready', after: 'Degraded', message: undefined },
      { subject: 'serving/b/kn', before: 'Ready', after: 'NotReady', message: 'on a' },
    ]);
    expect(fleetChanges(fleet(waiting('on a')), fleet(waiting('on b')))).toEqual([
      { subject: 'serving/b/kn', before: 'NotReady', after: 'NotReady', message: 'on b' },
    ]);
  });

  it('are versions, too', () => {
    expect(fleetChanges(fleet({ version: '1.21.0' }), fleet({ version: '1.22.1' }))).toEqual([
      { subject: 'serving/b/kn', before: 'Ready 1.21.0', after: 'Ready 1.22.1', message: undefined },
    ]);
  });

  it('are an operator that comes and goes', () => {
    expect(fleetChanges(fleet(), fleet({}, false))).toMatchObject([
      { subject: 'hub WW1103', before: undefined, after: 'Problem' },
    ]);
    expect(fleetChanges(fleet({}, false), fleet())).toMatchObject([
      { subject: 'hub WW1103', before: 'Problem', after: undefined },
    ]);
  });
});
