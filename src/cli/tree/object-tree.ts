import type { ScaledObjectRow } from '../hub/scaled-object.ts';
import { typedName } from '../status/installation.ts';
import type { ScaledObjectStatus } from '../status/scaled-object-status.ts';
import type { TreeNode } from './tree-node.ts';

/** An object with what scales it on the hub, and with the members that have it. */
export function objectTree(status: ScaledObjectStatus, scaling: readonly TreeNode[]): TreeNode {
  const { state, level, total, current, target, message } = status;
  return {
    name: typedName(status),
    state,
    level,
    replicas: { current: current ?? null, desired: total ?? null },
    note: message ?? target ?? null,
    children: [...scaling, ...status.rows.map(memberNode)],
  };
}

function memberNode({ member, state, excluded, current, desired, description }: ScaledObjectRow): TreeNode {
  const isReady = state === 'Ready' && !excluded;
  return {
    name: `member/${member}`,
    state: excluded ? 'Excluded' : state,
    level: isReady ? (current === desired ? 'ok' : 'waiting') : state === 'Unknown' ? 'waiting' : 'error',
    // Out of sight is not known.
    replicas: { current: state === 'Ready' ? (current ?? null) : null, desired: desired ?? null },
    note: description ?? null,
    children: [],
  };
}
