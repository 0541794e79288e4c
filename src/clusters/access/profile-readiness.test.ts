import { expect, test } from 'vitest';
import { readClusterProfile } from './cluster-profile.ts';
import { profileReadiness } from './profile-readiness.ts';

const since = { lastTransitionTime: '2026-11-21T10:02:11Z' };
const healthy = { type: 'ControlPlaneHealthy', status: 'True', ...since };

const readiness = (
  conditions: readonly object[] | null,
  manager = 'ocm',
): ReturnType<typeof profileReadiness> =>
  profileReadiness(
    readClusterProfile({
      metadata: { namespace: 'a', name: 'b' },
      spec: { clusterManager: { name: manager } },
      status: { conditions },
    }),
  );

test.for([
  [[healthy]],
  [[healthy, { type: 'Joined', status: 'True' }]],
  [[healthy, { type: 'Joined', status: 'Unknown' }]],
])('a profile with %j is ready', ([conditions]) => {
  expect(readiness(conditions as readonly object[])).toEqual({ ready: true });
});

test.for([
  [null, 'condition ControlPlaneHealthy has not been set by cluster manager ocm yet'],
  [[], 'condition ControlPlaneHealthy has not been set by cluster manager ocm yet'],
  [
    [{ ...healthy, status: 'False', reason: 'MemberUnhealthy', message: 'etcd\nleader  lost' }],
    'ControlPlaneHealthy is False since 2026-11-21T10:02:11Z (MemberUnhealthy: "etcd leader lost", set by ocm)',
  ],
  [[{ type: 'ControlPlaneHealthy', status: 'Unknown' }], 'ControlPlaneHealthy is Unknown (set by ocm)'],
  [
    [healthy, { type: 'Joined', status: 'False', reason: 'Detaching' }],
    'Joined is False (Detaching, set by ocm)',
  ],
] as const)('a profile with %j is not ready (C36)', ([conditions, message]) => {
  expect(readiness(conditions)).toEqual({ ready: false, message });
});

test('without a manager none is named, and a long message is cut', () => {
  const conditions = [{ type: 'ControlPlaneHealthy', status: 'False', message: 'x'.repeat(1000) }];
  expect(readiness(conditions, '')).toEqual({
    ready: false,
    message: `ControlPlaneHealthy is False ("${'x'.repeat(200)}")`,
  });
  expect(readiness([], '')).toMatchObject({ message: expect.stringContaining('by its cluster manager yet') });
});
