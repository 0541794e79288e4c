import type { StatusCause } from '../kube/index.ts';

/** One field that an apply would have to take from another manager. */
export interface FieldConflict {
  /** As the API server writes it: `.spec.template.spec.containers[name="controller"].image`. */
  readonly field: string;
  readonly manager: string;
  readonly subresource?: string | undefined;
  /** True where the other one applied it (server-side apply), false where it was just written. */
  readonly applied: boolean;
}

/**
 * Conflicts as a 409 tells them. The message is `conflict with "NAME"`, then `with subresource "S"`, then for writers
 * that did not use apply `using VERSION at TIME` (apimachinery, managedfields).
 */
export function readConflicts(causes: readonly StatusCause[] | undefined): FieldConflict[] {
  return (causes ?? []).flatMap((cause) => {
    if (cause.reason !== 'FieldManagerConflict' || cause.field === undefined) return [];
    const match = /conflict with "((?:[^"\\]|\\.)*)"(?: with subresource "([^"]*)")?( using)?/.exec(
      cause.message ?? '',
    );
    if (match === null) return [];
    const [, manager = '', subresource, using] = match;
    return [
      {
        field: cause.field,
        manager,
        applied: using === undefined,
        ...(subresource === undefined ? {} : { subresource }),
      },
    ];
  });
}

/** The field manager of HorizontalPodAutoscalers. */
export const autoscaler = 'kube-controller-manager';

/**
 * A field belongs to somebody on purpose where they applied it with server-side apply under a name of their own, or
 * where an autoscaler sets the scale. Anything else (an edit, a patch, a manual scale) is drift and is taken back.
 */
export function ownedOnPurpose(conflict: FieldConflict): boolean {
  return conflict.applied || (conflict.subresource === 'scale' && conflict.manager === autoscaler);
}
