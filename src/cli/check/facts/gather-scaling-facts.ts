import * as z from 'zod';
import { type KubeObject, objectKey } from '../../../api/index.ts';
import { type KubeClient, NotFoundError, resources } from '../../../kube/index.ts';
import { scaledObjectKind } from '../../../scaling/index.ts';
import { answered, ask, type Asking } from '../../hub/answer.ts';
import { membersOf, unreadSources } from '../../hub/fleet-members.ts';
import { lenient } from '../../hub/lenient.ts';
import type { ScaledObject } from '../../hub/scaled-object.ts';
import { listIfServed } from '../../hub/list-if-served.ts';
import { seenConditions } from '../../hub/seen-conditions.ts';
import { readCheckedObject } from './checked-object.ts';
import { readTriggerObjects } from './read-trigger-objects.ts';
import type {
  Autoscaler,
  KedaFacts,
  MetricsService,
  ScaledObjectChild,
  Scaler,
  ScalingFacts,
} from './scaling-facts.ts';

/**
 * Asks the hub for its members and what is spread over them; undefined where it has neither, because then nobody scales
 * anything. Throws KubeError where these cannot be listed, and the reason of the signal.
 */
export async function gatherScalingFacts(
  client: KubeClient,
  asking: Asking,
): Promise<ScalingFacts | undefined> {
  const { signal } = asking;
  const [configurations, dsos] = await Promise.all([
    listIfServed(client, resources.kedifyConfigurations, { signal }),
    listIfServed(client, resources.distributedScaledObjects, { signal }),
  ]);
  const members = (configurations ?? []).flatMap((object) => membersOf(object) ?? []);
  const objects = (dsos ?? []).map(readCheckedObject);
  const unread = (configurations ?? []).flatMap(unreadSources);
  if (members.length + unread.length + objects.length === 0) return undefined;
  const isNeeded = objects.length > 0;
  const [keda, metricsService, autoscalers, triggerObjects] = await Promise.all([
    ask(asking, (until) => readKeda(client, objects, until)),
    isNeeded ? ask(asking, (until) => readMetricsService(client, until)) : answered(undefined),
    isNeeded ? ask(asking, (until) => readAutoscalers(client, until)) : answered([]),
    ask(asking, (until) => readTriggerObjects(client, objects, until)),
  ]);
  return { members, unread, objects, keda, metricsService, autoscalers, triggerObjects };
}

async function readKeda(
  client: KubeClient,
  objects: readonly ScaledObject[],
  signal: AbortSignal,
): Promise<KedaFacts | undefined> {
  const scaledObjects = await listIfServed(client, scaledObjectKind, { signal });
  if (scaledObjects === undefined) return undefined;
  const uids = new Map(objects.map((object) => [`${object.namespace}/${object.name}`, object.uid]));
  const { items } = await client.list(resources.deployments, {
    labelSelector: 'app=keda-operator',
    metadataOnly: true,
    signal,
  });
  return {
    version: items[0]?.metadata.labels?.['app.kubernetes.io/version'],
    children: scaledObjects.flatMap(({ metadata }): readonly ScaledObjectChild[] => {
      const key = objectKey(metadata);
      const uid = uids.get(key);
      const owners = metadata.ownerReferences ?? [];
      return uid === undefined ? [] : [{ key, isOwned: owners.some((owner) => owner.uid === uid) }];
    }),
    others: scaledObjects.flatMap((object): readonly Scaler[] => {
      const { namespace = '', name } = object.metadata;
      const { kind = 'Deployment', name: target } =
        scaledObject.safeParse(object).data?.spec.scaleTargetRef ?? {};
      return target === undefined || kind === 'DistributedScaledObject'
        ? []
        : [{ what: `ScaledObject '${name}'`, namespace, target: `${kind}/${target}` }];
    }),
  };
}

const apiService = z.object({
  spec: lenient(z.object({ service: lenient(z.object({ namespace: z.string(), name: z.string() })) })),
  status: lenient(z.object({ conditions: seenConditions })),
});
const scaledObject = z.object({
  spec: z.object({ scaleTargetRef: z.object({ kind: lenient(z.string()), name: z.string() }) }),
});
const autoscaler = z.object({
  spec: z.object({ scaleTargetRef: z.object({ kind: z.string(), name: z.string() }) }),
  status: lenient(z.object({ conditions: seenConditions })),
});

async function readMetricsService(
  client: KubeClient,
  signal: AbortSignal,
): Promise<MetricsService | undefined> {
  let object: KubeObject;
  try {
    const name = { name: 'v1beta1.external.metrics.k8s.io' };
    object = await client.get(resources.apiServices, name, { signal });
  } catch (error) {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  }
  const { spec, status } = apiService.parse(object);
  const available = status?.conditions?.find(({ type }) => type === 'Available');
  return {
    service: spec?.service === undefined ? undefined : `${spec.service.namespace}/${spec.service.name}`,
    isAvailable: available?.status === 'True',
    message: available?.message,
  };
}

async function readAutoscalers(client: KubeClient, signal: AbortSignal): Promise<readonly Autoscaler[]> {
  const { items } = await client.list(resources.horizontalPodAutoscalers, { signal });
  return items.flatMap((object): readonly Autoscaler[] => {
    const parsed = autoscaler.safeParse(object).data;
    if (parsed === undefined) return [];
    const active = parsed.status?.conditions?.find(({ type }) => type === 'ScalingActive');
    const { namespace = '', name } = object.metadata;
    return [
      {
        namespace,
        name,
        target: parsed.spec.scaleTargetRef,
        active: active?.status ?? 'Unknown',
        reason: active?.reason,
        message: active?.message,
      },
    ];
  });
}
