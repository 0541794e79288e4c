import type { Proposal } from './proposal.ts';

export type Combined =
  | { readonly kind: 'replicas'; readonly replicas: number }
  /** Nothing may be scaled. */
  | { readonly kind: 'error'; readonly message: string };

/**
 * The largest proposal. Where a metric fails the others may only ask for more than there is: what the missing one would
 * have said is not known.
 */
export function combine(proposals: readonly Proposal[], current: number): Combined {
  const replicas = Math.max(
    -1,
    ...proposals.map((proposal) => (proposal.kind === 'replicas' ? proposal.replicas : -1)),
  );
  const failed = proposals.find((proposal) => proposal.kind === 'error');
  if (failed !== undefined && replicas < current)
    return { kind: 'error', message: `${failed.metric}: ${failed.message}` };
  return replicas < 0 ? { kind: 'error', message: 'there is no metric' } : { kind: 'replicas', replicas };
}
