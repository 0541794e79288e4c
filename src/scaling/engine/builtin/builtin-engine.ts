import { type DistributedScaledObject, objectKey } from '../../../api/index.ts';
import type { Clock, KubeClient, Resource } from '../../../kube/index.ts';
import type { EngineHooks, EngineReport, FleetView, ScalingEngine } from '../scaling-engine.ts';
import { authenticate } from './authentication/authenticate.ts';
import { workloadTemplate } from './authentication/workload-template.ts';
import { notYet } from './loop/report.ts';
import { ObjectLoop, type ObjectLoopOptions } from './loop/object-loop.ts';
import { knownType, makeTrigger } from './loop/triggers-by-type.ts';
import { TriggerSet } from './loop/trigger-set.ts';
import { HubObjects } from './triggers/hub-objects.ts';

export interface BuiltinEngineOptions extends EngineHooks {
  /** The hub. */
  readonly client: KubeClient;
  /** DistributedScaledObjects, as the hub serves them. */
  readonly resource: Resource;
  /** Where Secrets and ConfigMaps of ClusterTriggerAuthentications are: the namespace of the operator. */
  readonly namespace: string;
  readonly clock: Clock;
  /** Whether triggers may ask servers on this machine. */
  readonly allowsLoopback?: boolean | undefined;
  /** Told of each trigger that was read; the type is one of those that there are, or `other`. */
  readonly onRead: (type: string, outcome: 'value' | 'error', durationMs: number) => void;
  /** Told of defects with the key of the object. */
  readonly onDefect: (key: string, error: unknown) => void;
}

/**
 * Evaluates triggers itself, by the rules of KEDA and of HorizontalPodAutoscaler v2, so that a hub needs neither. One loop
 * for each object; a trigger that is slow or fails is nobody else's matter.
 */
export class BuiltinEngine implements ScalingEngine {
  readonly name = 'builtin';
  readonly #options: BuiltinEngineOptions;
  readonly #objects: HubObjects;
  readonly #loops = new Map<string, ObjectLoop>();
  #isOver = false;

  constructor(options: BuiltinEngineOptions) {
    this.#options = options;
    this.#objects = new HubObjects(options.client, options.clock);
  }

  start(signal: AbortSignal): void {
    const end = (): void => {
      this.#isOver = true;
      for (const key of this.#loops.keys()) this.forget(key);
    };
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  }

  async ensure(
    object: DistributedScaledObject,
    fleet: FleetView,
    signal: AbortSignal,
  ): Promise<EngineReport> {
    signal.throwIfAborted();
    if (this.#isOver) return notYet;
    const key = objectKey(object.metadata);
    const known = this.#loops.get(key);
    // Whoever takes an object apart decides about its numbers.
    if (object.metadata.deletionTimestamp !== undefined) {
      this.forget(key);
      return known?.report ?? notYet;
    }
    if (known !== undefined && known.uid === object.metadata.uid) {
      known.update(object, fleet);
      return known.report;
    }
    known?.close();
    const loop = new ObjectLoop(this.#loopOptions(key), object, fleet);
    this.#loops.set(key, loop);
    return loop.report;
  }

  forget(key: string): void {
    this.#loops.get(key)?.close();
    this.#loops.delete(key);
  }

  #loopOptions(key: string): ObjectLoopOptions {
    const {
      client,
      resource,
      clock,
      onChange,
      owned,
      onRead,
      onDefect,
      namespace: clusterNamespace,
    } = this.#options;
    const services = { client, clock, objects: this.#objects, clusterNamespace };
    return {
      client,
      resource,
      clock,
      owned: () => owned(key),
      triggers: (object, settings, onNews) =>
        new TriggerSet({
          namespace: object.metadata.namespace ?? '',
          objectName: object.metadata.name,
          spec: object.spec.scaledObjectSpec,
          allowsLoopback: this.#options.allowsLoopback === true,
          isFormula: settings.modifiers !== undefined,
          authenticate: async ({ authenticationRef }, place, namespace, signal) =>
            authenticationRef === undefined
              ? { parameters: {}, leftOut: [] }
              : authenticate(
                  authenticationRef,
                  { place, namespace, templateOf: (until) => workloadTemplate(object, client, until) },
                  services,
                  signal,
                ),
          make: (source) => makeTrigger(source, services),
          onNews,
          clock,
          onRead: (type, ...read) => onRead(knownType(type), ...read),
        }),
      onReport: () => onChange(key),
      onDefect: (error) => onDefect(key, error),
    };
  }
}
