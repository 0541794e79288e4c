import type { KubeObject } from '../../api/index.ts';
import { isKind } from './object-kinds.ts';
import { set, valueAt } from './path-copy.ts';

/** Workloads whose number of replicas an autoscaler decides, so that nobody else may. */
const autoscaled = new Set([
  'webhook',
  'activator',
  '3scale-kourier-gateway',
  'eventing-webhook',
  'mt-broker-ingress',
  'mt-broker-filter',
  'kafka-broker-dispatcher',
  'kafka-source-dispatcher',
  'kafka-channel-dispatcher',
]);

/** Autoscalers that are not named like their workload. */
const autoscalerNames: Readonly<Record<string, string>> = {
  'mt-broker-ingress': 'broker-ingress-hpa',
  'mt-broker-filter': 'broker-filter-hpa',
};

export function isAutoscaled(workload: string): boolean {
  return autoscaled.has(workload);
}

export function autoscalerOf(workload: string): string {
  return Object.hasOwn(autoscalerNames, workload) ? (autoscalerNames[workload] ?? workload) : workload;
}

export function isAutoscaler(object: KubeObject): boolean {
  return isKind(object, 'autoscaling', 'HorizontalPodAutoscaler');
}

/** Raises the least number of replicas, and the greatest by as many; never lowers either. */
export function raiseAutoscaler(autoscaler: KubeObject, replicas: number): KubeObject {
  const least = numberAt(autoscaler, 'minReplicas') ?? 0;
  if (least >= replicas) return autoscaler;
  const raised = set(autoscaler, ['spec', 'minReplicas'], replicas);
  const most = numberAt(autoscaler, 'maxReplicas');
  return most === undefined ? raised : set(raised, ['spec', 'maxReplicas'], most + replicas - least);
}

function numberAt(object: KubeObject, field: string): number | undefined {
  const value = valueAt(object, ['spec', field]);
  return typeof value === 'number' ? value : undefined;
}
