import type { KubeObject } from '../api/index.ts';
import type { Resource } from '../kube/index.ts';
import { identityKey, type ObjectIdentity } from './identity.ts';
import type { Inventory, InventoryEntry } from './inventory.ts';
import type { Phase } from './phases.ts';

/** One object of a set, with what planning needs to know of it. */
export interface DesiredObject {
  readonly identity: ObjectIdentity;
  readonly object: KubeObject;
  readonly resource: Resource;
  readonly rendered: string;
  readonly phase: Phase;
  /** Fields of it that are a program's of the set. */
  readonly yielded: readonly string[];
}

/** What the watches say of one object. `unknown` before the first list, and while our own last write is on its way. */
export type Observation =
  | 'unknown'
  | 'absent'
  | { readonly owned: string; readonly owners: string; readonly lastWriter?: string | undefined };

export interface Drift {
  readonly identity: ObjectIdentity;
  readonly action: 'recreated' | 'reverted';
  /** The field manager that changed it, where it is known. */
  readonly by?: string | undefined;
  /** What it changed, where it is known. */
  readonly field?: string | undefined;
}

export interface DeliveryPlan {
  /** To be applied, by phase; phases with nothing to apply are left out. */
  readonly apply: ReadonlyMap<Phase, readonly DesiredObject[]>;
  /** Those of them that were as wanted once and are no more. */
  readonly drifted: readonly Drift[];
  /** Recorded and no longer wanted. */
  readonly obsolete: readonly InventoryEntry[];
  /** Wanted and not recorded yet: must be recorded before they are applied. */
  readonly unrecorded: boolean;
}

/** Compares what is wanted with what was recorded and what is seen. Pure; equal input gives an equal plan. */
export function planDelivery(
  desired: readonly DesiredObject[],
  recorded: Inventory,
  observe: (object: DesiredObject) => Observation,
): DeliveryPlan {
  const apply = new Map<Phase, DesiredObject[]>();
  const drifted: Drift[] = [];
  let unrecorded = false;
  for (const wanted of desired) {
    const entry = recorded.get(identityKey(wanted.identity));
    if (entry === undefined) unrecorded = true;
    const need = needOf(wanted, entry, observe(wanted));
    if (need === undefined) continue;
    if (need.drift !== undefined) drifted.push(need.drift);
    apply.set(wanted.phase, [...(apply.get(wanted.phase) ?? []), wanted]);
  }
  const keys = new Set(desired.map(({ identity }) => identityKey(identity)));
  return {
    apply,
    drifted,
    obsolete: [...recorded].filter(([key]) => !keys.has(key)).map(([, entry]) => entry),
    unrecorded,
  };
}

/** The plan but for some objects, which stay as they are for now. */
export function withoutObjects(
  plan: DeliveryPlan,
  objects: readonly { readonly identity: ObjectIdentity }[],
): DeliveryPlan {
  if (objects.length === 0) return plan;
  const keys = new Set(objects.map(({ identity }) => identityKey(identity)));
  const stays = ({ identity }: { readonly identity: ObjectIdentity }): boolean =>
    !keys.has(identityKey(identity));
  const apply = [...plan.apply].map(([phase, batch]) => [phase, batch.filter(stays)] as const);
  return {
    ...plan,
    apply: new Map(apply.filter(([, batch]) => batch.length > 0)),
    drifted: plan.drifted.filter(stays),
  };
}

function needOf(
  { identity, rendered, phase }: DesiredObject,
  entry: InventoryEntry | undefined,
  observation: Observation,
): { readonly drift?: Drift } | undefined {
  if (entry?.owned === undefined) return {};
  // A Job runs once for its name: its template cannot change, and a finished one may be gone for good.
  if (phase === 'jobs') return undefined;
  if (entry.rendered !== rendered) return {};
  if (observation === 'unknown') return undefined;
  if (observation === 'absent') return { drift: { identity, action: 'recreated' } };
  if (observation.owned === entry.owned) return mayTakeMore(entry, observation.owners) ? {} : undefined;
  return {
    drift: {
      identity,
      action: 'reverted',
      ...(observation.lastWriter === undefined ? {} : { by: observation.lastWriter }),
    },
  };
}

/** Somebody whom fields were left to has let go of something, or of all. */
function mayTakeMore({ leftTo }: InventoryEntry, owners: string): boolean {
  return leftTo !== undefined && leftTo !== owners;
}
