import type { Clock, KubeClient } from '../../../../kube/index.ts';
import { external } from '../external/external.ts';
import { cron } from '../triggers/cron.ts';
import type { HubObjects } from '../triggers/hub-objects.ts';
import { kubernetesResource } from '../triggers/kubernetes-resource.ts';
import { kubernetesWorkload } from '../triggers/kubernetes-workload.ts';
import { metricsApi } from '../triggers/metrics-api.ts';
import { prometheus } from '../triggers/prometheus.ts';
import { type Trigger, TriggerConfigError, type TriggerSource } from '../triggers/trigger.ts';

/** What triggers are made with. */
export interface TriggerServices {
  readonly client: KubeClient;
  readonly objects: HubObjects;
  readonly clock: Clock;
}

type Make = (source: TriggerSource, services: TriggerServices) => Trigger | Promise<Trigger>;

const types: Readonly<Record<string, Make>> = {
  'kubernetes-resource': (source, { objects }) => kubernetesResource(source, objects),
  'kubernetes-workload': (source, { client }) => kubernetesWorkload(source, client),
  cron: (source, { clock }) => cron(source, () => clock.now()),
  prometheus: (source, { clock }) => prometheus(source, () => clock.now()),
  'metrics-api': (source) => metricsApi(source),
  external: (source, { clock }) => external(source, clock),
  'external-push': (source, { clock }) => external(source, clock),
};

/** The type of a trigger where there is such a one: users may write anything there. */
export function knownType(type: string): string {
  return Object.hasOwn(types, type) ? type : 'other';
}

/** Makes the trigger that a source describes. Throws TriggerConfigError where that is not possible. */
export async function makeTrigger(source: TriggerSource, services: TriggerServices): Promise<Trigger> {
  const make = Object.hasOwn(types, source.type) ? types[source.type] : undefined;
  if (make !== undefined) return make(source, services);
  const known = Object.keys(types).sort().join(', ');
  throw new TriggerConfigError(
    `${source.place}.type is '${source.type}': the builtin engine has ${known}; others need KEDA on the hub`,
  );
}
