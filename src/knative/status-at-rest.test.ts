import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { KubeObject } from '../api/index.ts';
import { AccessError, type TargetReason } from '../clusters/index.ts';
import { argoCdHealth, type Conditions, findCondition } from '../controller/index.ts';
import {
  AnchorChangedError,
  AnchorNameTooLong,
  DeliveryError,
  type DeliveryReport,
  ForeignAnchorError,
  NamespaceTerminatingError,
  RivalAnchorError,
  StillTerminating,
} from '../delivery/index.ts';
import {
  type CallContext,
  ConflictError,
  ForbiddenError,
  InvalidError,
  type KubeError,
  NoMatchError,
  ProtocolError,
  ServerError,
  ThrottledError,
  TimeoutError,
  UnauthorizedError,
  UnreachableError,
} from '../kube/index.ts';
import { serving } from './component.ts';
import { ManifestError } from './manifests/index.ts';
import { emptySet, KnativeWorld, profileRef, reportWith, waitingOn } from './testing/knative-world.ts';
import { TransformError } from './transforms/index.ts';

const numRuns = 60;
const minuteMs = 60_000;
const says = { message: 'because' };

const answers: readonly ((context: CallContext) => KubeError)[] = [
  (context) => new TimeoutError(context, says),
  (context) => new UnreachableError(context, 'Reset', 'because'),
  (context) => new ServerError(context, says),
  (context) => new ThrottledError(context, says),
  (context) => new UnauthorizedError(context, says),
  (context) => new ProtocolError(context, says),
  (context) => new ConflictError(context, says),
  (context) => new ForbiddenError(context, says),
  (context) => new InvalidError(context, says),
  (context) => new NoMatchError({ ...context, resource: 'Gateway.networking.istio.io' }, says),
];

const identity = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'team', name: 'a' };
const errorOf = (cluster: string): fc.Arbitrary<KubeError> =>
  fc.constantFrom(...answers).map((make) => make({ cluster, verb: 'apply', resource: 'configmaps' }));
const spokeError = errorOf('fleet/spoke');
const kubeError = fc.oneof(spokeError, errorOf('hub'));
const deliveryError = fc
  .array(spokeError, { minLength: 1, maxLength: 3 })
  .map((errors) => errors.map((error) => ({ identity, error })))
  .map((failures) => new DeliveryError('apply', 'fleet/spoke', failures));
const mistake = fc
  .constantFrom<() => Error>(
    () => new TypeError('x of undefined'),
    () => new AccessError('PluginTimeout', 'because'),
  )
  .map((make) => make());
const standing = fc
  .constantFrom<() => Error>(
    () => new ForeignAnchorError('because'),
    () => new RivalAnchorError('because'),
    () => new NamespaceTerminatingError('because'),
    () => new AnchorNameTooLong('because'),
    () => new AnchorChangedError('because'),
    () => new StillTerminating('because', []),
  )
  .map((make) => make());
const ofRendering = fc
  .constantFrom<() => Error>(
    () => new ManifestError('because', { reason: 'VersionUnavailable' }),
    () => new ManifestError('because', { transient: true }),
    () => new TransformError('because'),
  )
  .map((make) => make());

const rollout = fc.constantFrom(
  { state: 'progressing', ready: 0, wanted: 1 } as const,
  { state: 'failed', ready: 0, wanted: 1, why: 'because' } as const,
);
const forbidden = new ForbiddenError({ cluster: 'fleet/spoke', verb: 'list', resource: 'services' }, says);
const report: fc.Arbitrary<DeliveryReport> = fc
  .record({
    waiting: fc.dictionary(fc.constantFrom('activator', 'webhook'), rollout, { maxKeys: 2 }).map(waitingOn),
    contested: fc.constantFrom([], [{ identity, by: 'them', waitMs: 5_000 }]),
    unwatched: fc.constantFrom([], [{ resource: 'services', error: forbidden }]),
    refused: fc
      .option(spokeError, { nil: undefined })
      .map((error) => (error === undefined ? [] : [{ identity, error }])),
    gated: fc.boolean(),
  })
  .map((changes) => reportWith({ ...changes, gated: changes.gated && changes.waiting.length > 0 }));

const reason = fc.constantFrom<TargetReason>(
  'ClusterProfileNotFound',
  'ClusterProfileNotReady',
  'AccessProviderFailed',
  'RemoteClientCreationFailed',
  'RemoteClusterStale',
  'ClusterProviderClosed',
);
const usually = <T>(value: T, otherwise: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(value) }, { weight: 1, arbitrary: otherwise });

/** Everything that decides what a pass comes to. */
const circumstances = fc.record({
  spec: usually<Readonly<Record<string, unknown>>>(
    { version: '1.15', clusterProfileRef: profileRef },
    fc.constantFrom({ version: '1.9', clusterProfileRef: profileRef }, { version: 7 }, { version: '1.15' }),
  ),
  releases: usually<readonly string[] | Error>(['1.15.2', '1.14.6'], fc.constantFrom([], ['1.12.0'])),
  target: usually<TargetReason | Error | undefined>(undefined, fc.oneof(reason, kubeError, mistake)),
  hasRival: usually(false, fc.constant(true)),
  rendered: usually<Error | undefined>(undefined, fc.oneof(ofRendering, kubeError, mistake)),
  delivered: fc.oneof(report, spokeError, deliveryError, standing, mistake),
  removed: fc.oneof(
    fc.constant(undefined),
    spokeError,
    deliveryError,
    fc.constant(new StillTerminating('because', [])),
  ),
  isDeleting: usually(false, fc.constant(true)),
});
type Circumstances = typeof circumstances extends fc.Arbitrary<infer T> ? T : never;

function withSpec(object: KubeObject, spec: unknown): KubeObject {
  const specified = { ...object, spec };
  return specified;
}

function meet(world: KnativeWorld, { spec, ...now }: Circumstances): void {
  const { metadata } = world.object;
  const deletion = now.isDeleting ? { deletionTimestamp: '2026-01-01T00:00:01Z' } : {};
  world.hub.seed({
    ...withSpec(world.object, spec),
    metadata: { ...metadata, ...deletion, generation: (metadata.generation ?? 0) + 1 },
  });
  world.releases = now.releases;
  world.target =
    now.target === undefined
      ? { resolved: true, cluster: world.spoke, provider: 'test' }
      : now.target instanceof Error
        ? now.target
        : { resolved: false, reason: now.target, message: 'because' };
  const older = {
    uid: 'uid-0',
    namespace: 'other',
    name: 'knative',
    creationTimestamp: '2025-01-01T00:00:00Z',
  };
  world.peers = now.hasRival ? [{ ...withSpec(world.object, spec), metadata: older }] : [];
  world.rendered = now.rendered ?? { set: emptySet, paths: ['a'], findings: [] };
  world.report = now.delivered;
  world.removal = now.removed ?? [];
}

interface Course {
  readonly world: KnativeWorld;
  failures: number;
}

/** False once the object is let go. */
async function pass(course: Course): Promise<boolean> {
  const { world } = course;
  const { error, released } = await world.reconcile(world.object, course.failures);
  course.failures = error === undefined ? 0 : course.failures + 1;
  return !released;
}

function conditionsOf(world: KnativeWorld): Conditions {
  return (world.status.conditions ?? []) as Conditions;
}

/** Passes over an object under one circumstance after the other; each of them lasts. `after` sees what it comes to. */
async function live(
  courses: readonly Circumstances[],
  after: (course: Course, now: Circumstances) => Promise<void>,
) {
  const world = new KnativeWorld();
  world.seed({ metadata: { finalizers: [serving.finalizer] } });
  const course = { world, failures: 0 };
  for (const now of courses) {
    meet(world, now);
    for (let look = 0; look < 4; look++) {
      if (!(await pass(course))) return;
      await world.clock.advance(4 * minuteMs);
    }
    await after(course, now);
  }
}

const lives = fc.array(circumstances, { minLength: 1, maxLength: 4 });

test('at rest no condition is Unknown, so that Argo CD shows no lasting progress but that of Deployments', async () => {
  await fc.assert(
    fc.asyncProperty(lives, async (courses) => {
      await live(courses, async ({ world }) => {
        const conditions = conditionsOf(world);
        expect(conditions.filter(({ status }) => status === 'Unknown')).toEqual([]);
        const waits = findCondition(conditions, 'DeploymentsAvailable')?.status === 'False';
        expect(argoCdHealth(conditions) === 'Progressing' && !waits).toBe(false);
        const healthy = findCondition(conditions, 'Ready')?.status === 'True';
        expect(argoCdHealth(conditions) === 'Healthy').toBe(healthy);
      });
    }),
    { numRuns },
  );
});

test('whatever is not Ready says why', async () => {
  await fc.assert(
    fc.asyncProperty(lives, async (courses) => {
      await live(courses, async ({ world }) => {
        const ready = findCondition(conditionsOf(world), 'Ready');
        if (ready?.status === 'True') return;
        expect(ready?.reason).toMatch(/^[A-Z]\w+$/);
        expect(ready?.message).toMatch(/ WW\d{4}$/);
      });
    }),
    { numRuns },
  );
});

test('Ready is never True of something that is known to be wrong, or that nobody can see', async () => {
  await fc.assert(
    fc.asyncProperty(lives, async (courses) => {
      await live(courses, async ({ world }, now) => {
        if (findCondition(conditionsOf(world), 'Ready')?.status !== 'True') return;
        const { delivered } = now;
        if (delivered instanceof StillTerminating) return;
        // What the hub says about itself is no news about what is installed.
        if ([now.target, now.rendered].some(saidByHub)) return;
        expect(delivered).toMatchObject({ complete: true, contested: [], unwatched: [], refused: [] });
        expect([now.target, now.rendered, now.hasRival]).toEqual([undefined, undefined, false]);
      });
    }),
    { numRuns },
  );
});

test('while nothing changes nothing is written and nothing is told', async () => {
  await fc.assert(
    fc.asyncProperty(lives, async (courses) => {
      await live(courses, async (course) => {
        const { world } = course;
        const before = world.object.metadata.resourceVersion;
        world.events.length = 0;
        await pass(course);
        expect(world.object.metadata.resourceVersion).toBe(before);
        expect(world.told.filter((told) => !repeated.has(told))).toEqual([]);
      });
    }),
    { numRuns },
  );
});

/** Said again for as long as it lasts, as one event with a count. */
const repeated = new Set(['FinalizeBlocked', 'ForeignFieldLeft']);

function saidByHub(answer: unknown): boolean {
  return (answer as Partial<KubeError> | undefined)?.context?.cluster === 'hub';
}
