import * as z from 'zod';
import type { KubeObject } from '../../api/index.ts';
import { type KubeClient, resources } from '../../kube/index.ts';
import { scaledObjectKind } from '../../scaling/index.ts';
import { lenient } from '../hub/lenient.ts';
import { listIfServed } from '../hub/list-if-served.ts';
import type { ScaledObject } from '../hub/scaled-object.ts';
import { seenConditions } from '../hub/seen-conditions.ts';
import type { TreeNode } from './tree-node.ts';

const child = z.object({
  spec: lenient(z.object({ scaleTargetRef: z.object({ kind: lenient(z.string()), name: z.string() }) })),
  status: lenient(
    z.object({
      currentReplicas: lenient(z.number()),
      desiredReplicas: lenient(z.number()),
      conditions: seenConditions,
    }),
  ),
});

/** ScaledObjects and HorizontalPodAutoscalers on the hub that scale an object, as a tree of who made whom. Throws KubeError. */
export async function readScalingChildren(
  client: KubeClient,
  object: Pick<ScaledObject, 'namespace' | 'name' | 'uid'>,
  signal: AbortSignal,
): Promise<readonly TreeNode[]> {
  const { namespace } = object;
  const [scaledObjects, autoscalers] = await Promise.all([
    listIfServed(client, scaledObjectKind, { namespace, signal }),
    listIfServed(client, resources.horizontalPodAutoscalers, { namespace, signal }),
  ]);
  return scalingTree(object, scaledObjects ?? [], autoscalers ?? []);
}

export function scalingTree(
  object: Pick<ScaledObject, 'name' | 'uid'>,
  scaledObjects: readonly KubeObject[],
  autoscalers: readonly KubeObject[],
): readonly TreeNode[] {
  const scales = (item: KubeObject): boolean => {
    const target = child.safeParse(item).data?.spec?.scaleTargetRef;
    return target?.kind === 'DistributedScaledObject' && target.name === object.name;
  };
  const own = scaledObjects.filter((item) => isOwned(item, object.uid) || scales(item));
  const made = (uid: string): readonly TreeNode[] =>
    autoscalers.filter((item) => isOwned(item, uid)).map((item) => autoscalerNode(item));
  const isMade = (item: KubeObject): boolean => own.some(({ metadata }) => isOwned(item, metadata.uid));
  return [
    ...own.map((item) => scaledObjectNode(item, isOwned(item, object.uid), made(item.metadata.uid ?? ''))),
    // Whoever else scales it competes with the engine.
    ...autoscalers.filter((item) => !isMade(item) && scales(item)).map((item) => autoscalerNode(item)),
  ];
}

function isOwned({ metadata }: KubeObject, uid: string | undefined): boolean {
  return uid !== undefined && (metadata.ownerReferences ?? []).some((owner) => owner.uid === uid);
}

function scaledObjectNode(item: KubeObject, isOurs: boolean, children: readonly TreeNode[]): TreeNode {
  const ready = conditionOf(item, 'Ready');
  const name = `ScaledObject/${item.metadata.name}`;
  if (!isOurs)
    return {
      name,
      state: 'Foreign',
      level: 'warning',
      replicas: null,
      note: 'not made for it by the operator',
      children,
    };
  return { name, ...judged(ready), replicas: null, children };
}

function autoscalerNode(item: KubeObject): TreeNode {
  const status = child.safeParse(item).data?.status;
  const active = conditionOf(item, 'ScalingActive');
  const replicas = { current: status?.currentReplicas ?? null, desired: status?.desiredReplicas ?? null };
  const name = `HorizontalPodAutoscaler/${item.metadata.name}`;
  // Nothing is to run: there is nothing to measure either.
  if (active?.reason === 'ScalingDisabled')
    return { name, state: 'Idle', level: 'ok', replicas, note: null, children: [] };
  return { name, ...judged(active), replicas, children: [] };
}

interface SeenCondition {
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason?: string | undefined;
  readonly message?: string | undefined;
}

function conditionOf(item: KubeObject, type: string): SeenCondition | undefined {
  return child.safeParse(item).data?.status?.conditions?.find((one) => one.type === type);
}

function judged(condition: SeenCondition | undefined): Pick<TreeNode, 'state' | 'level' | 'note'> {
  if (condition?.status === 'True') return { state: 'Ready', level: 'ok', note: null };
  const note = condition?.message ?? condition?.reason ?? null;
  return condition?.status === 'False'
    ? { state: 'NotReady', level: 'error', note }
    : { state: 'Unknown', level: 'waiting', note };
}
