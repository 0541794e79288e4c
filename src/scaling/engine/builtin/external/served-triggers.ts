import { type Clock, type KubeClient } from '../../../../kube/index.ts';
import { cron } from '../triggers/cron.ts';
import type { HubObjects } from '../triggers/hub-objects.ts';
import { kubernetesResource } from '../triggers/kubernetes-resource.ts';
import { kubernetesWorkload } from '../triggers/kubernetes-workload.ts';
import { type Trigger, TriggerConfigError, TriggerError, type TriggerSource } from '../triggers/trigger.ts';
import { AskingObjects } from './asking-objects.ts';
import type { ScaledObjectRef } from './external-scaler-descriptor.ts';

export interface ServedTriggerServices {
  readonly client: KubeClient;
  readonly objects: HubObjects;
  readonly clock: Clock;
}

interface Held {
  readonly trigger: Trigger;
  readonly life: AbortController;
  usedAt: number;
}

const most = 1_000;
const idleMs = 600_000;
/** How often idle ones are looked for. */
const tidyMs = 60_000;

/**
 * The triggers that KEDA asks for, by what it sends. Each stays as long as it is asked for, so that what it reads is watched
 * and not fetched each time; the least used go first when there are too many.
 */
export class ServedTriggers {
  readonly #services: ServedTriggerServices;
  readonly #asking: AskingObjects;
  readonly #held = new Map<string, Held>();

  constructor(services: ServedTriggerServices) {
    this.#services = services;
    this.#asking = new AskingObjects(services.client, services.clock);
  }

  get size(): number {
    return this.#held.size;
  }

  /** Ends those that nobody asks for any more, until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock } = this.#services;
    while (!signal.aborted) {
      await clock.sleep(tidyMs, signal).catch(() => undefined);
      this.#dismiss(clock.monotonic());
    }
  }

  /**
   * What is in a Secret is only for objects that ask for it: whoever reaches the port may send anything. Throws TriggerError.
   */
  async get(ref: ScaledObjectRef): Promise<Trigger> {
    if (isSecret(ref) && !(await this.#asking.ask(ref)))
      throw new TriggerError(
        `no ScaledObject or DistributedScaledObject ${ref.namespace}/${ref.name} has an external trigger with these metadata, which a Secret needs`,
        { kind: 'forbidden' },
      );
    return this.#get(ref);
  }

  #get({ namespace, name, scalerMetadata }: ScaledObjectRef): Trigger {
    const key = JSON.stringify([
      namespace,
      name,
      Object.entries(scalerMetadata).toSorted(([a], [b]) => (a < b ? -1 : 1)),
    ]);
    const now = this.#services.clock.monotonic();
    const known = this.#held.get(key);
    const held = known ?? this.#make({ namespace, name, scalerMetadata }, now);
    held.usedAt = now;
    // Last in the order of the map is last used.
    this.#held.delete(key);
    this.#held.set(key, held);
    this.#dismiss(now);
    return held.trigger;
  }

  close(): void {
    for (const [key, held] of this.#held) this.#end(key, held);
  }

  #make(ref: ScaledObjectRef, now: number): Held {
    const trigger = triggerOf(ref, this.#services);
    const life = new AbortController();
    // The watch keeps what is read at hand; nobody has to be told.
    trigger.watch?.(() => undefined, life.signal);
    return { trigger, life, usedAt: now };
  }

  #dismiss(now: number): void {
    for (const [key, held] of this.#held) {
      if (this.#held.size <= most && now - held.usedAt <= idleMs) return;
      this.#end(key, held);
    }
  }

  #end(key: string, { trigger, life }: Held): void {
    this.#held.delete(key);
    life.abort();
    trigger.close?.();
  }
}

type Make = (source: TriggerSource, services: ServedTriggerServices) => Trigger;

/** The first whose key is there is meant, unless `triggerType` names one. */
const served: readonly { readonly type: string; readonly key: string; readonly make: Make }[] = [
  {
    type: 'kubernetes-resource',
    key: 'resourceKind',
    make: (source, { objects }) => kubernetesResource(source, objects),
  },
  { type: 'cron', key: 'timezone', make: (source, { clock }) => cron(source, () => clock.now()) },
  {
    type: 'kubernetes-workload',
    key: 'podSelector',
    make: (source, { client }) => kubernetesWorkload(source, client),
  },
];

/** Whatever else is named as the kind is refused by the trigger itself. */
function isSecret({ scalerMetadata: { resourceKind = '' } }: ScaledObjectRef): boolean {
  return !['', 'ConfigMap'].includes(resourceKind.trim());
}

function triggerOf(
  { namespace, name, scalerMetadata: metadata }: ScaledObjectRef,
  services: ServedTriggerServices,
): Trigger {
  if (namespace === '' || name === '')
    throw new TriggerConfigError('the request names no object: name and namespace must be set');
  const { triggerType } = metadata;
  const found = served.find(({ type, key }) =>
    triggerType === undefined ? Object.hasOwn(metadata, key) : type === triggerType,
  );
  if (found === undefined)
    throw new TriggerConfigError(
      triggerType === undefined
        ? `metadata must have one of ${served.map(({ key, type }) => `${key} (${type})`).join(', ')}`
        : `metadata.triggerType is '${triggerType.slice(0, 80)}': it must be ${served.map(({ type }) => type).join(', ')}`,
    );
  const source = {
    type: found.type,
    place: `${namespace}/${name}`,
    namespace,
    objectName: name,
    metadata,
    parameters: {},
    allowsLoopback: false,
    isPartOfFormula: false,
  };
  return found.make(source, services);
}
