import type { Pass } from './pass.ts';

/**
 * Something of this object is, or was, on its cluster. The reference operator leaves no uid of an anchor, but writes
 * where its manifests came from, and that it has applied them.
 */
export function wasInstalled({ installation: { status } }: Pick<Pass, 'installation'>): boolean {
  return (
    status?.target?.anchorUid !== undefined ||
    (status?.manifests ?? []).length > 0 ||
    status?.version !== undefined
  );
}
