import { expect, test } from 'vitest';
import { FakeClock, settle } from '../../../test/support/memory-hub.ts';
import { FakeMember } from '../testing/fake-member.ts';
import { ScaleWriters } from '../workload/scale-writers.ts';
import type { Sight } from '../workload/workload.ts';
import { placesOfOtherHubs } from './contenders.ts';

const fieldManager = 'wheelwright/hub';
const workload = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'team', name: 'web' };

test.each([
  ['before this one wrote', '1', 1, []],
  ['after this one wrote', '3', 1, ['one']],
  ['by another connection', '3', 2, []],
])(
  'a number of another hub without a time that is seen %s',
  async (_case, resourceVersion, generation, places) => {
    const member = new FakeMember('one');
    member.put(1);
    const writers = new ScaleWriters({
      fieldManager,
      clock: new FakeClock(),
      owned: () => new AbortController().signal,
      onWritten: () => undefined,
      onFailed: () => undefined,
      onAllowed: () => undefined,
    });
    const { cluster } = member;
    const seen = { wanted: 1, resourceVersion: '1', uid: 'one-web' };
    writers.want('dso', new Map([['one', { member: 'one', cluster, workload, replicas: 3, seen }]]));
    await settle();
    expect(member.writes).toHaveLength(1);

    const writer = 'wheelwright/other';
    const sight: Sight = { ...seen, seen: 'workload', replicas: 1, ready: 1, resourceVersion, writer };
    const view = {
      sights: new Map([['one', sight]]),
      reachable: new Map([['one', { cluster: new FakeMember('one', generation).cluster, workload }]]),
    };
    const metadata = { name: 'web', creationTimestamp: '2026-01-01T00:00:00Z' };
    expect([...placesOfOtherHubs({ writers, fieldManager }, 'dso', metadata, view)]).toEqual(places);
  },
);
