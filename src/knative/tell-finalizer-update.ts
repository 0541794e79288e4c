import type { KubeObject } from '../api/index.ts';
import { referenceTo } from '../controller/index.ts';
import type { KnativeServices } from './pass.ts';

/** Tells that our finalizer was added to an object, or taken off it, in the words of knative/operator. */
export function tellFinalizerUpdate(
  { events }: Pick<KnativeServices, 'events'>,
  object: KubeObject,
  action: 'Deliver' | 'Remove',
): void {
  const note = `Updated "${object.metadata.name}" finalizers`;
  events.record({ regarding: referenceTo(object), reason: 'FinalizerUpdate', action, note });
}
