import type { Clock, KubeClient } from '../../../../kube/index.ts';
import { cron } from '../triggers/cron.ts';
import type { HubObjects } from '../triggers/hub-objects.ts';
import { kubernetesResource } from '../triggers/kubernetes-resource.ts';
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
  cron: (source, { clock }) => cron(source, () => clock.now()),
};

/** Makes the trigger that a source describes. Throws TriggerConfigError where that is not possible. */
export async function makeTrigger(source: TriggerSource, services: TriggerServices): Promise<Trigger> {
  const make = Object.hasOwn(types, source.type) ? types[source.type] : undefined;
  if (make !== undefined) return make(source, services);
  const known = Object.keys(types).sort().join(', ');
  throw new TriggerConfigError(
    `${source.place}.type is '${source.type}': the builtin engine has ${known}; others need KEDA on the hub`,
  );
}
