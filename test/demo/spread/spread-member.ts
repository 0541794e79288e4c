import type { KubeClient } from '../../../src/kube/index.ts';
import type { Site } from '../../fleet/index.ts';
import type { Stage } from '../stage.ts';

/** A spoke of the fleet, as a member. */
export interface SpreadMember {
  /** Not that of its ClusterProfile, whose Secret must stay what it is. */
  readonly name: string;
  readonly cluster: Site;
  readonly client: KubeClient;
}

/** All spokes of the fleet, under names for members. */
export function membersOf({ fleet }: Pick<Stage, 'fleet'>): readonly SpreadMember[] {
  return fleet.spokes.map(({ cluster, client }, index) => ({ name: `member-${index + 1}`, cluster, client }));
}
