import type { DistributedScaledObject, KubeObject } from '../../../../api/index.ts';
import { FakeClock } from '../../../../../test/support/memory-hub.ts';
import { BuiltinEngine } from '../builtin-engine.ts';
import type { EngineReport } from '../../scaling-engine.ts';
import { distributedScaledObjects, ScaleHub } from './scale-hub.ts';

type Spec = Partial<DistributedScaledObject['spec']['scaledObjectSpec']>;

export interface GivenObject {
  readonly spec?: Spec;
  readonly total?: number;
  readonly annotations?: Readonly<Record<string, string>>;
  /** How long it has been there, in milliseconds. */
  readonly ageMs?: number;
}

export const configMapTrigger = {
  type: 'kubernetes-resource',
  metadata: { resourceKind: 'ConfigMap', resourceName: 'load', key: 'value', targetValue: '5' },
};

export const second = 1_000;
export const minute = 60 * second;

/** An engine on a hub in memory, with a clock that the test moves, and pods that come as soon as they are asked for. */
export class EngineWorld implements Disposable {
  readonly clock = new FakeClock();
  readonly hub = new ScaleHub();
  readonly defects: unknown[] = [];
  /** Triggers that were read, with their outcomes. */
  readonly reads: string[] = [];
  readonly #life = new AbortController();
  readonly engine: BuiltinEngine;
  /** The right to write; undefined: another replica has it. */
  owned: AbortSignal | undefined = this.#life.signal;
  readyReplicas: number | undefined;
  changes = 0;
  report: EngineReport | undefined;

  constructor() {
    this.engine = new BuiltinEngine({
      client: this.hub.client,
      resource: distributedScaledObjects,
      namespace: 'operators',
      clock: this.clock,
      onChange: () => this.changes++,
      owned: () => this.owned,
      onRead: (type, outcome) => this.reads.push(`${type} ${outcome}`),
      onDefect: (_key, error) => this.defects.push(error),
    });
    this.engine.start(this.#life.signal);
  }

  get total(): number {
    return this.hub.scaled().spec.totalTargetReplicas ?? 0;
  }

  load(value: string): void {
    this.hub.put(configMap('load', { value }));
  }

  /** Puts the object there and has the engine take it up. */
  async given({ spec = {}, total = 0, annotations = {}, ageMs = 0 }: GivenObject = {}): Promise<void> {
    const creationTimestamp = new Date(this.clock.now() - ageMs).toISOString();
    this.hub.put({
      apiVersion: 'keda.kedify.io/v1alpha1',
      kind: 'DistributedScaledObject',
      metadata: { namespace: 'shop', name: 'web', annotations, creationTimestamp },
      spec: {
        totalTargetReplicas: total,
        scaledObjectSpec: { scaleTargetRef: { name: 'web' }, triggers: [configMapTrigger], ...spec },
      },
      status: { totalCurrentReplicas: total, selector: 'x=y' },
    });
    await this.pass();
  }

  async annotate(annotations: Readonly<Record<string, string>>): Promise<void> {
    const object = this.hub.scaled() as unknown as KubeObject;
    this.hub.put({
      ...object,
      metadata: { ...object.metadata, annotations: { ...object.metadata.annotations, ...annotations } },
    });
    await this.pass();
  }

  async unannotate(name: string): Promise<void> {
    const object = this.hub.scaled() as unknown as KubeObject;
    const { [name]: _removed, ...annotations } = object.metadata.annotations ?? {};
    this.hub.put({ ...object, metadata: { ...object.metadata, annotations } });
    await this.pass();
  }

  /** As the controller does: all members follow, and the engine sees the object. */
  async pass(): Promise<void> {
    for (let round = 0; round < 3; round++) {
      const object = this.hub.scaled() as unknown as KubeObject;
      const status = object['status'] as { readonly totalCurrentReplicas?: number };
      if (status.totalCurrentReplicas !== this.total)
        this.hub.put({ ...object, status: { ...status, totalCurrentReplicas: this.total } });
      const fleet = { readyReplicas: this.readyReplicas ?? this.total };
      this.report = await this.engine.ensure(this.hub.scaled(), fleet, this.#life.signal);
      await this.clock.advance(0);
    }
  }

  /** Moves time on, a second at a time, with a pass of the controller in each. */
  async advance(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += second) {
      await this.clock.advance(second);
      await this.pass();
    }
  }

  [Symbol.dispose](): void {
    this.#life.abort();
  }
}

export function configMap(name: string, data: Readonly<Record<string, string>>): KubeObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: 'shop', name }, data };
}
