import { describe, expect, it } from 'vitest';
import type { Condition } from '../api/index.ts';
import { announce } from './announce.ts';
import type { StatusDraft } from './installation-status.ts';
import { KnativeWorld } from './testing/knative-world.ts';

type ConditionStatus = Condition['status'];

interface Seen {
  readonly ready: ConditionStatus;
  readonly target?: ConditionStatus;
  readonly version?: string;
}

function status({ ready, target = 'True', version }: Seen): StatusDraft {
  const conditions: Condition[] = [
    { type: 'Ready', status: ready, message: 'why it is not ready' },
    { type: 'TargetClusterResolved', status: target, message: 'why it is not reached' },
  ];
  return { conditions, observedGeneration: 1, ...(version === undefined ? {} : { version }) };
}

/** `reason: note` of what is told between two statuses. */
function told(before: Seen, after: Seen): readonly string[] {
  const world = new KnativeWorld();
  const object = world.seed();
  announce(world.pass({ object, cluster: world.spoke, status: status(after) }), status(before));
  return world.events.map(({ reason, note }) => `${reason}: ${note}`);
}

const fresh: Seen = { ready: 'Unknown', target: 'Unknown' };
const healthy: Seen = { ready: 'True', version: '1.15.2' };
const where = 'on cluster "fleet/spoke"';

describe('an event tells', () => {
  it.each<[string, Seen, Seen, readonly string[]]>([
    [
      'a first installation',
      fresh,
      healthy,
      [`Installed: KnativeServing 1.15.2 is installed ${where}`, `Ready: KnativeServing is ready ${where}`],
    ],
    [
      'an upgrade, however short it was',
      healthy,
      { ...healthy, version: '1.16.0' },
      [`UpgradeFinished: KnativeServing went from 1.15.2 to 1.16.0 ${where}`],
    ],
    [
      'a downgrade in the same words',
      healthy,
      { ...healthy, version: '1.14.6' },
      [`UpgradeFinished: KnativeServing went from 1.15.2 to 1.14.6 ${where}`],
    ],
    ['trouble', healthy, { ...healthy, ready: 'False' }, ['NotReady: why it is not ready']],
    ['its end', { ...healthy, ready: 'False' }, healthy, [`Ready: KnativeServing is ready ${where}`]],
    [
      'a cluster that is lost, and no more than that',
      healthy,
      { ...healthy, ready: 'False', target: 'False' },
      ['SpokeUnreachable: why it is not reached'],
    ],
    [
      'a cluster that is found again',
      { ...healthy, ready: 'False', target: 'False' },
      healthy,
      [
        `Ready: KnativeServing is ready ${where}`,
        `SpokeRecovered: The target cluster is reached again ${where}`,
      ],
    ],
  ])('%s', (_what, before, after, events) => {
    expect(told(before, after)).toEqual(events);
  });

  it.each<[string, Seen]>([
    ['health', healthy],
    ['trouble', { ...healthy, ready: 'False' }],
    ['a lost cluster', { ...healthy, ready: 'False', target: 'False' }],
    ['the way there', fresh],
  ])('nothing while %s lasts', (_what, seen) => {
    expect(told(seen, seen)).toEqual([]);
  });
});
