import type { Level } from '../status/level.ts';

/** An object, or a member as one object has it, with what belongs to it. */
export interface TreeNode {
  /** `dso/shop/checkout`, `member/eu-1`, `ScaledObject/checkout`. */
  readonly name: string;
  readonly state: string;
  readonly level: Level;
  /** Null where it has none. */
  readonly replicas: { readonly current: number | null; readonly desired: number | null } | null;
  readonly note: string | null;
  readonly children: readonly TreeNode[];
}

/** What is not ready, with whatever it belongs to; the root always stays. */
export function onlyNotReady(root: TreeNode): TreeNode {
  const children = root.children
    .map(onlyNotReady)
    .filter(({ level, children: left }) => level !== 'ok' || left.length > 0);
  return { ...root, children };
}
