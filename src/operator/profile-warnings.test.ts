import { expect, test } from 'vitest';
import { ManualClock } from '../../test/support/manual-clock.ts';
import type { EventRecorder } from '../controller/index.ts';
import { ProfileWarnings } from './profile-warnings.ts';

type Details = Parameters<EventRecorder['record']>[0];

const dayMs = 24 * 60 * 60 * 1000;

class Fixture {
  readonly clock = new ManualClock();
  readonly logged: object[] = [];
  readonly events: Details[] = [];
  readonly warnings = new ProfileWarnings({
    clock: this.clock,
    log: { warn: (fields: object) => void this.logged.push(fields) } as never,
    events: { record: (details) => void this.events.push(details) },
  });

  tell(texts: readonly string[], changes: { readonly uid?: string; readonly endsInMs?: number } = {}): void {
    const { uid = 'uid-1', endsInMs } = changes;
    const authorityExpiresAt = endsInMs === undefined ? undefined : this.clock.now() + endsInMs;
    const profile = { key: 'fleet/ap-1', namespace: 'fleet', name: 'ap-1', uid, warnings: texts.slice(0, 1) };
    this.warnings.tell(profile, { warnings: texts.slice(1), authorityExpiresAt });
  }

  get told(): readonly string[] {
    return this.events.map(({ note }) => note);
  }
}

test('each oddity of a profile and of what it offers is logged and told as an event of the profile, once', () => {
  const fixture = new Fixture();
  fixture.tell(['deprecated', 'not verified']);
  fixture.tell(['deprecated', 'not verified']);
  expect(fixture.told).toEqual(['deprecated', 'not verified']);
  expect(fixture.events[0]).toEqual({
    regarding: {
      apiVersion: 'multicluster.x-k8s.io/v1alpha1',
      kind: 'ClusterProfile',
      namespace: 'fleet',
      name: 'ap-1',
      uid: 'uid-1',
    },
    reason: 'ClusterProfileOdd',
    action: 'Resolve',
    note: 'deprecated',
  });
  expect(fixture.logged).toEqual([
    { cluster: 'fleet/ap-1', warning: 'deprecated' },
    { cluster: 'fleet/ap-1', warning: 'not verified' },
  ]);
});

test('what is new, came back, or is about another profile of the name is told', () => {
  const fixture = new Fixture();
  fixture.tell(['a']);
  fixture.tell(['a', 'b']);
  fixture.tell([]);
  fixture.tell(['a']);
  fixture.tell(['a'], { uid: 'uid-2' });
  fixture.warnings.forget('fleet/ap-1');
  fixture.tell(['a'], { uid: 'uid-2' });
  expect(fixture.told).toEqual(['a', 'b', 'a', 'a', 'a']);
});

test.each([
  [31 * dayMs, []],
  [29 * dayMs, ['a certificate in certificate-authority-data ends at 2023-12-13T22:13:20.000Z']],
  [-dayMs, []],
])('a CA bundle that ends in %d ms is worth %j', (endsInMs, told) => {
  const fixture = new Fixture();
  fixture.tell([], { endsInMs });
  expect(fixture.told).toEqual(told);
});
