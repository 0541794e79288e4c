import type { DistributedScaledObject } from '../../../api/index.ts';
import type { Child } from './child.ts';
import { childLabel } from '../scaled-object-kind.ts';

/** What a ScaledObject of our name is to us. */
export type Claim =
  | { readonly is: 'ours' }
  /** Somebody else's, which the user lets us take over. */
  | { readonly is: 'adoptable' }
  /** Of an object that had the same name and is gone; the garbage collector takes it away. */
  | { readonly is: 'former' }
  /** Somebody else's; `owner` where it says whose. */
  | { readonly is: 'foreign'; readonly owner: string | undefined };

const adoptAnnotation = 'keda.kedify.io/adopt';

/** Ours is what we own, or made and lost the reference to. What another object controls is not even to be adopted. */
export function claimOf(
  child: Child,
  { kind, metadata }: Pick<DistributedScaledObject, 'kind' | 'metadata'>,
): Claim {
  const controller = child.ownerReferences.find((owner) => owner.controller === true);
  if (controller !== undefined) {
    if (controller.uid === metadata.uid) return { is: 'ours' };
    if (controller.kind === kind && controller.name === metadata.name) return { is: 'former' };
    return { is: 'foreign', owner: `${controller.kind} ${controller.name}` };
  }
  const wasMadeByUs = child.applied !== undefined && child.labels[childLabel] === metadata.name;
  const mayAdopt = metadata.annotations?.[adoptAnnotation] === 'true';
  if (wasMadeByUs) return { is: 'ours' };
  return mayAdopt ? { is: 'adoptable' } : { is: 'foreign', owner: undefined };
}
