import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { resources } from '../../src/kube/index.ts';
import { waitFor } from '../bed/index.ts';
import { Fleet, Metric } from '../fleet/index.ts';
import { EngineAtWork } from './engine-at-work.ts';

/** One thing that happens, and the total that it comes to. */
interface Step {
  /** One at a time, lest an engine looks in between. Undefined values are ConfigMaps that are gone. */
  readonly metrics?: Readonly<Record<string, string | undefined>>;
  readonly annotations?: Readonly<Record<string, string | null>>;
  /** The totals that follow one another; none where it stays as it is although everything was looked at. */
  readonly totals: readonly number[];
}

/** Whoever goes to rest does so from the least number: above it, either part of KEDA may be the first to make it smaller. */
interface Shape {
  /** Of the ScaledObject, beside triggers and `advanced`. */
  readonly spec?: Readonly<Record<string, unknown>>;
  /** Default: up and down as far as needed, at once. */
  readonly behavior?: Readonly<Record<string, unknown>>;
  readonly formula?: string;
  /** Default: one, named `one`. */
  readonly triggers?: readonly string[];
  readonly metricType?: 'Value';
  /** A fixed number of ready pods, which the type Value divides by. */
  readonly ready?: number;
  readonly steps: readonly Step[];
}

function by(type: 'Pods' | 'Percent', value: number, periodSeconds: number): object {
  return { stabilizationWindowSeconds: 0, policies: [{ type, value, periodSeconds }] };
}

const atOnce = by('Pods', 100, 1);

function one(value: string | undefined, ...totals: readonly number[]): Step {
  return { metrics: { one: value }, totals };
}

const paused = 'autoscaling.keda.sh/paused-replicas';

const shapes: Readonly<Record<string, Shape>> = {
  'from zero up, down, and back to zero': {
    steps: [one('20', 1, 4), one('1000', 10), one('26', 6), one('3', 1), one('0', 0)],
  },
  'within and beyond the tolerance': {
    spec: { maxReplicaCount: 100 },
    steps: [one('50', 1, 10), one('54.9'), one('55.1', 12), one('54.1'), one('53.9', 11)],
  },
  'a tolerance of its own': {
    behavior: { scaleUp: { ...atOnce, tolerance: '0.3' }, scaleDown: { ...atOnce, tolerance: '0' } },
    steps: [one('20', 1, 4), one('25.9'), one('26.1', 6), one('25.1'), one('25', 5)],
  },
  'between a least and a greatest number': {
    spec: { minReplicaCount: 2, maxReplicaCount: 5 },
    steps: [{ totals: [2] }, one('20', 4), one('50', 5), one('0', 2)],
  },
  'with an idleReplicaCount': {
    spec: { idleReplicaCount: 0, minReplicaCount: 3, maxReplicaCount: 8 },
    steps: [one('1', 3), one('30', 6), one('1', 3), one('0', 0), one('100', 3, 8)],
  },
  'up by a policy with a short period': {
    behavior: { scaleUp: by('Percent', 100, 4), scaleDown: atOnce },
    steps: [one('40', 1, 2, 4, 8)],
  },
  // From a number that no autoscaler has made: what it has just added counts against what it takes away.
  'down by a policy with a short period': {
    behavior: { scaleUp: atOnce, scaleDown: by('Pods', 3, 4) },
    steps: [
      { annotations: { [paused]: '8' }, totals: [8] },
      { metrics: { one: '5' }, annotations: { [paused]: null }, totals: [5, 2, 1] },
    ],
  },
  'after a window of stabilization': {
    behavior: { scaleUp: atOnce, scaleDown: { ...atOnce, stabilizationWindowSeconds: 6 } },
    steps: [one('50', 1, 10), one('5', 1)],
  },
  'up only': {
    behavior: { scaleUp: atOnce, scaleDown: { selectPolicy: 'Disabled' } },
    steps: [one('20', 1, 4), one('5'), one('30', 6), one('0', 0)],
  },
  'by the greatest of several triggers': {
    triggers: ['one', 'two'],
    steps: [
      { metrics: { two: '18' }, totals: [1, 4] },
      { metrics: { one: '28' }, totals: [6] },
      { metrics: { one: '0' }, totals: [4] },
      { metrics: { two: '1' }, totals: [1] },
      { metrics: { two: '0' }, totals: [0] },
    ],
  },
  'by a formula': {
    triggers: ['one', 'two'],
    formula: 'one + two * 2',
    steps: [
      { metrics: { two: '15' }, totals: [1, 6] },
      { metrics: { one: '10' }, totals: [8] },
      { metrics: { two: '0' }, totals: [2] },
      { metrics: { one: '1' }, totals: [1] },
      { metrics: { one: '0' }, totals: [0] },
    ],
  },
  'by a value that all share': {
    metricType: 'Value',
    ready: 2,
    steps: [one('10', 1, 4), one('20', 8), one('5.2'), one('2.5', 1)],
  },
  'while and after a pause at a number': {
    steps: [
      one('20', 1, 4),
      { annotations: { [paused]: '7' }, totals: [7] },
      { metrics: { one: '10' }, annotations: { [paused]: null }, totals: [2] },
    ],
  },
  'by the fallback while the trigger fails': {
    spec: { fallback: { failureThreshold: 1, replicas: 3 } },
    steps: [one('50', 1, 10), one(undefined, 3), one('20', 4)],
  },
  'not at all while the trigger fails': {
    steps: [one('50', 1, 10), one('abc'), one('26', 6), one(undefined), one('20', 4)],
  },
};

let fleet: Fleet;

beforeAll(async () => {
  fleet = await Fleet.start({ spokes: 0, keda: true });
});

afterAll(() => fleet[Symbol.asyncDispose]());

/** The real autoscaler may look once a second, the builtin one looks every 15: all that waits, waits together. */
describe.concurrent('both engines make the same totals', () => {
  test.each(Object.entries(shapes).map(([what, shape], index) => ({ what, shape, index })))(
    '$what',
    async ({ shape, index }) => {
      await Promise.all(
        (['keda', 'builtin'] as const).map(async (engine) => {
          await using course = await Course.begin(engine, `${engine}-${index}`, shape);
          for (const step of shape.steps) await course.take(step);
          const expected = [0, ...shape.steps.flatMap(({ totals }) => totals)];
          expect([engine, course.totals]).toEqual([engine, expected]);
        }),
      );
    },
  );
});

const name = 'app';
/** The builtin engine reads once a second, and its autoscaler looks every 15 seconds. */
const readsOfALook = 20;

/** One shape with one engine, in a namespace of its own. */
class Course implements AsyncDisposable {
  readonly #namespace: string;
  readonly #shape: Shape;
  readonly #kind: 'keda' | 'builtin';
  readonly #engine: EngineAtWork;

  private constructor(kind: 'keda' | 'builtin', namespace: string, shape: Shape, engine: EngineAtWork) {
    this.#kind = kind;
    this.#namespace = namespace;
    this.#shape = shape;
    this.#engine = engine;
  }

  static async begin(kind: 'keda' | 'builtin', namespace: string, shape: Shape): Promise<Course> {
    const { ready } = shape;
    await fleet.namespace(namespace);
    if (ready !== undefined && kind === 'keda') await runPods(namespace, ready);
    const engine = await EngineAtWork.start(fleet.hub, {
      engine: kind,
      namespace,
      ...(ready === undefined ? {} : { ready: () => ready }),
    });
    const course = new Course(kind, namespace, shape, engine);
    await course.#create();
    return course;
  }

  get totals(): readonly number[] {
    return this.#engine.totals(name);
  }

  async take({ metrics = {}, annotations, totals }: Step): Promise<void> {
    const { reads } = this.#engine;
    for (const [each, value] of Object.entries(metrics))
      await (value === undefined ? this.#metric(each).remove() : this.#metric(each).set(value));
    if (annotations !== undefined) await this.#engine.annotate(name, annotations);
    const total = totals.at(-1);
    if (total !== undefined) return this.#engine.waitForTotal(name, total, 150_000);
    const value = Number(metrics['one']);
    await waitFor(
      `${this.#kind} to look at ${metrics['one']}`,
      () => (this.#kind === 'keda' ? this.#hasSeen(value) : this.#engine.reads >= reads + readsOfALook),
      { timeoutMs: 150_000 },
    );
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#engine[Symbol.asyncDispose]();
  }

  async #create(): Promise<void> {
    const { triggers = ['one'], spec, metricType, formula } = this.#shape;
    const { behavior = { scaleUp: atOnce, scaleDown: atOnce } } = this.#shape;
    await Promise.all(triggers.map((each) => this.#metric(each).set('0')));
    await this.#engine.create(name, {
      maxReplicaCount: 10,
      pollingInterval: 1,
      cooldownPeriod: 1,
      ...spec,
      advanced: {
        horizontalPodAutoscalerConfig: { behavior },
        ...(formula === undefined ? {} : { scalingModifiers: { formula, target: '5' } }),
      },
      triggers: triggers.map((each) => ({
        ...this.#metric(each).trigger(each),
        ...(metricType === undefined ? {} : { metricType }),
      })),
    });
    await this.#engine.waitForReport(name, 'active', 'False');
  }

  #metric(key: string): Metric {
    return new Metric(fleet.hub, key, { namespace: this.#namespace });
  }

  /** Whether the autoscaler of Kubernetes has this value, or none where it is no number. */
  async #hasSeen(value: number): Promise<boolean> {
    const place = { namespace: this.#namespace, name: `keda-hpa-${name}` };
    const { status } = (await fleet.hub.get(resources.horizontalPodAutoscalers, place)) as {
      readonly status?: AutoscalerStatus;
    };
    const canScale = status?.conditions?.find(({ type }) => type === 'ScalingActive')?.status;
    if (Number.isNaN(value)) return canScale === 'False';
    const current = status?.currentMetrics?.[0]?.external.current;
    const total = this.totals.at(-1) ?? 0;
    const seen =
      this.#shape.metricType === 'Value' ? milli(current?.value) : milli(current?.averageValue) * total;
    return canScale === 'True' && Math.abs(seen - value * 1_000) <= total;
  }
}

interface AutoscalerStatus {
  readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  readonly currentMetrics?: readonly {
    readonly external: { readonly current: { readonly value?: string; readonly averageValue?: string } };
  }[];
}

function milli(quantity = ''): number {
  return quantity.endsWith('m') ? Number(quantity.slice(0, -1)) : Number(quantity) * 1_000;
}

/** The autoscaler of Kubernetes counts pods where it runs. */
async function runPods(namespace: string, count: number): Promise<void> {
  const pods = await fleet.hub.resourceFor({ group: '', version: 'v1', kind: 'Pod' });
  const status = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] };
  for (let index = 0; index < count; index++) {
    const pod = { namespace, name: `${name}-${index}` };
    const labels = { 'keda.kedify.io/distributedscaledobject': name };
    await waitFor('the ServiceAccount that every pod has', () =>
      fleet.hub.create(pods, {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { ...pod, labels },
        spec: { automountServiceAccountToken: false, containers: [{ name, image: 'nginx' }] },
      }),
    );
    await fleet.hub.patch(pods, pod, 'merge', { status }, { subresource: 'status' });
  }
}
