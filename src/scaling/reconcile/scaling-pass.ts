import type { KubeObject } from '../../api/index.ts';
import { type ReconcileContext, referenceTo } from '../../controller/index.ts';
import type { Notice } from './notices.ts';
import type { ScalingMemory } from './scaling-memory.ts';
import type { ScalingServices } from './scaling-services.ts';

/** One look at one object. */
export interface ScalingPass {
  readonly services: ScalingServices;
  readonly key: string;
  /** As it was read, or as the pass left it so far. */
  readonly object: KubeObject;
  readonly memory: ScalingMemory;
  /** The signal aborts also when the object is gone, or another replica's. */
  readonly context: Pick<ReconcileContext, 'signal' | 'log'>;
}

/** Tells by events what was not told lately. */
export function tell(
  { services, object }: Pick<ScalingPass, 'services' | 'object'>,
  told: readonly Notice[],
): void {
  const { notices, events, clock } = services;
  const { uid = '' } = object.metadata;
  for (const { reason, action, member, note } of told) {
    if (!notices.isNews(uid, reason, member, clock.monotonic())) continue;
    events.record({ regarding: referenceTo(object), reason, action, note });
  }
}
