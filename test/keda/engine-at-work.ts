import { isRecord, type KubeObject, objectKey, parseDistributedScaledObject } from '../../src/api/index.ts';
import { Controller, createLogger, done, Metrics, type Outcome } from '../../src/controller/index.ts';
import {
  type KubeClient,
  NotFoundError,
  Reflector,
  type Resource,
  systemClock,
} from '../../src/kube/index.ts';
import { BuiltinEngine, type EngineReport, KedaEngine, type ScalingEngine } from '../../src/scaling/index.ts';
import { waitFor } from '../bed/index.ts';

const kinds = {
  distributed: { group: 'keda.kedify.io', version: 'v1alpha1', kind: 'DistributedScaledObject' },
  scaled: { group: 'keda.sh', version: 'v1alpha1', kind: 'ScaledObject' },
} as const;

export interface EngineAtWorkOptions {
  /** Default `keda`. */
  readonly engine?: 'keda' | 'builtin';
  /** The one that it looks after; default `default`. */
  readonly namespace?: string;
  /** How many of a total are ready; default all. */
  readonly ready?: (total: number) => number;
}

/**
 * One engine on a hub, for the DistributedScaledObjects of one namespace, which have no members: their replicas are
 * whatever the total is, at once. Totals are noted, also those that were soon over.
 */
export class EngineAtWork implements AsyncDisposable {
  readonly hub: KubeClient;
  readonly #resource: Resource;
  readonly #namespace: string;
  readonly #ready: (total: number) => number;
  readonly #life = new AbortController();
  readonly #engine: ScalingEngine;
  readonly #controller: Controller;
  readonly #reports = new Map<string, EngineReport>();
  readonly #totals = new Map<string, number[]>();
  #reads = 0;

  private constructor(
    hub: KubeClient,
    resource: Resource,
    { engine = 'keda', namespace = 'default', ready = (total) => total }: EngineAtWorkOptions,
  ) {
    this.hub = hub;
    this.#resource = resource;
    this.#namespace = namespace;
    this.#ready = ready;
    const clock = systemClock;
    const onChange = (key: string): void => this.#controller.enqueue(key);
    this.#engine =
      engine === 'keda'
        ? new KedaEngine({ client: hub, fieldManager: 'fleet', clock, onChange })
        : new BuiltinEngine({
            client: hub,
            resource,
            namespace,
            clock,
            onChange,
            owned: () => this.#life.signal,
            onRead: () => this.#reads++,
            onDefect: (_key, error) => {
              throw error;
            },
          });
    this.#controller = new Controller({
      name: 'engine-at-work',
      kind: kinds.distributed.kind,
      reconcile: (key, { signal }) => this.#pass(key, signal),
      workers: 4,
      runDeadlineMs: 20_000,
      ownership: { signalFor: () => this.#life.signal },
      clock,
      log: createLogger({ level: 'silent' }),
      metrics: new Metrics(),
    });
  }

  static async start(hub: KubeClient, options: EngineAtWorkOptions = {}): Promise<EngineAtWork> {
    const atWork = new EngineAtWork(hub, await hub.resourceFor(kinds.distributed), options);
    atWork.#engine.start(atWork.#life.signal);
    atWork.#controller.start();
    const objects = new Reflector<KubeObject>({
      client: hub,
      resource: atWork.#resource,
      namespace: atWork.#namespace,
      project: (object) => object,
      onChange: (change) => {
        if (change.type === 'set') atWork.#note(change.key, totalOf(change.current));
        atWork.#controller.enqueue(change.key);
      },
    });
    void objects.run(atWork.#life.signal);
    await objects.whenSynced(AbortSignal.timeout(10_000));
    return atWork;
  }

  /** Creates a DistributedScaledObject. */
  async create(
    name: string,
    scaledObjectSpec: object,
    metadata: Partial<KubeObject['metadata']> = {},
  ): Promise<void> {
    await this.hub.create(this.#resource, {
      apiVersion: 'keda.kedify.io/v1alpha1',
      kind: kinds.distributed.kind,
      metadata: { name, namespace: this.#namespace, ...metadata },
      spec: { scaledObjectSpec: { scaleTargetRef: { name, kind: 'Deployment' }, ...scaledObjectSpec } },
    });
  }

  async annotate(name: string, annotations: Readonly<Record<string, string | null>>): Promise<void> {
    const place = { namespace: this.#namespace, name };
    await this.hub.patch(this.#resource, place, 'merge', { metadata: { annotations } });
  }

  async delete(name: string): Promise<void> {
    await this.hub.delete(this.#resource, { namespace: this.#namespace, name });
  }

  report(name: string): EngineReport | undefined {
    return this.#reports.get(objectKey({ namespace: this.#namespace, name }));
  }

  /** How often the builtin engine has read a trigger. */
  get reads(): number {
    return this.#reads;
  }

  /** Every total that it had, one after another. */
  totals(name: string): readonly number[] {
    return this.#totals.get(objectKey({ namespace: this.#namespace, name })) ?? [];
  }

  async scaledResource(): Promise<Resource> {
    return this.hub.resourceFor(kinds.scaled);
  }

  /** The ScaledObject; undefined while there is none. */
  async child(name: string): Promise<KubeObject | undefined> {
    try {
      return await this.hub.get(await this.scaledResource(), { namespace: this.#namespace, name });
    } catch (error) {
      if (error instanceof NotFoundError) return undefined;
      throw error;
    }
  }

  async waitForTotal(name: string, total: number, timeoutMs = 120_000): Promise<void> {
    await waitFor(
      `the total of ${name} is ${total}`,
      (saw) => {
        saw({ totals: this.totals(name), report: this.report(name) });
        return this.totals(name).at(-1) === total;
      },
      { timeoutMs },
    );
  }

  /** Resolves with the report once one of its parts has a status and, where given, a reason. */
  async waitForReport(
    name: string,
    part: 'ready' | 'active' | 'paused' | 'fallback',
    status: 'True' | 'False' | 'Unknown',
    reason?: string,
    timeoutMs = 120_000,
  ): Promise<EngineReport> {
    return waitFor(
      `${part} of ${name} is ${status} ${reason ?? ''}`,
      (saw) => {
        const report = this.report(name);
        saw({ totals: this.totals(name), report });
        const verdict = report?.[part];
        const fits = verdict?.status === status && (reason === undefined || verdict.reason === reason);
        return fits ? report : undefined;
      },
      { timeoutMs },
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#life.abort(new Error('the test is over'));
    await this.#controller.stop(5_000);
  }

  async #pass(key: string, signal: AbortSignal): Promise<Outcome> {
    const [namespace = '', name = ''] = key.split('/');
    const found = await this.#find({ namespace, name }, signal);
    if (found === undefined) {
      this.#engine.forget(key);
      this.#reports.delete(key);
      return done;
    }
    const parsed = parseDistributedScaledObject(found);
    if (!parsed.ok) throw new Error(`${key}: ${JSON.stringify(parsed.problems)}`);
    await this.#publish(found, signal);
    const fleet = { readyReplicas: this.#ready(totalOf(found)) };
    this.#reports.set(key, await this.#engine.ensure(parsed.resource, fleet, signal));
    return done;
  }

  async #find(
    place: { readonly namespace: string; readonly name: string },
    signal: AbortSignal,
  ): Promise<KubeObject | undefined> {
    try {
      return await this.hub.get(this.#resource, place, { signal });
    } catch (error) {
      if (error instanceof NotFoundError) return undefined;
      throw error;
    }
  }

  async #publish(object: KubeObject, signal: AbortSignal): Promise<void> {
    const { name, namespace } = object.metadata;
    const status = {
      selector: `keda.kedify.io/distributedscaledobject=${name}`,
      totalCurrentReplicas: totalOf(object),
    };
    const before = object['status'];
    if (isRecord(before) && before['totalCurrentReplicas'] === status.totalCurrentReplicas) return;
    const options = { subresource: 'status', signal } as const;
    await this.hub.patch(this.#resource, { namespace, name }, 'merge', { status }, options);
  }

  #note(key: string, total: number): void {
    const totals = this.#totals.get(key) ?? [];
    if (totals.at(-1) !== total) totals.push(total);
    this.#totals.set(key, totals);
  }
}

function totalOf(object: KubeObject): number {
  const { totalTargetReplicas = 0 } = object['spec'] as { readonly totalTargetReplicas?: number };
  return totalTargetReplicas;
}
