import { isRecord, type KubeObject } from '../../api/index.ts';
import { done, type Outcome, removeFinalizer, requeueAfter } from '../../controller/index.ts';
import { NotFoundError, resources } from '../../kube/index.ts';
import { readAskedScaling } from './asked-scaling.ts';
import { type FirstNumber, firstNumbers, givingBack } from './first-numbers.ts';
import { type ScalingPass, tell } from './scaling-pass.ts';

/** Only on objects whose members get their first numbers back; whatever else an object made goes with it. */
export const cleanupFinalizer = 'keda.kedify.io/dso-cleanup';

export interface Restored {
  readonly outcome: Outcome;
  /** Keys of those that have their number back. */
  readonly restored: ReadonlySet<string>;
}

const betweenLooksMs = 10_000;
/** Members that do not answer for so long after the deletion are given up. */
const cleanupDeadlineMs = 10 * 60_000;

/**
 * Has members given their first numbers back, and then lets the object go; waits for the hub only. What the rest of the
 * spec says does not matter any more, be it valid or not. Throws KubeErrors of the hub.
 */
export async function restoreOriginals(pass: ScalingPass, before: ReadonlySet<string>): Promise<Restored> {
  const { services, key, object } = pass;
  const { writers, claims, clock } = services;
  if (object.metadata.finalizers?.includes(cleanupFinalizer) !== true) {
    writers.forget(key);
    return { outcome: done, restored: before };
  }
  // Whoever else scales the workloads goes on with that.
  const isHeld = claims.holder(key) !== undefined;
  const numbers = firstNumbers(pass).filter(({ isFormer }) => isFormer || !isHeld);
  if (numbers.length === 0 || (await isNamespaceGoing(pass))) return release(pass, before);

  const missing = numbers.filter((number) => !before.has(number.key));
  follow(pass, missing);
  const { left: possible, wanted } = givingBack(pass, missing);
  writers.want(key, wanted);
  const left = possible.filter((number) => !(wanted.has(number.key) && writers.isDone(key, number.key)));
  const restored = new Set(numbers.filter((number) => !left.includes(number)).map((number) => number.key));
  if (left.length === 0) return release(pass, restored);
  if (clock.now() < Date.parse(object.metadata.deletionTimestamp ?? '') + cleanupDeadlineMs)
    return { outcome: requeueAfter(betweenLooksMs), restored };
  const note = left.map(({ place, replicas }) => `${place} had ${replicas}`).join(', ');
  tell(pass, [{ reason: 'RestoreAbandoned', action: 'Scale', member: '', note }]);
  return release(pass, restored);
}

function follow({ services, key, object }: ScalingPass, numbers: readonly FirstNumber[]): void {
  const { members, workloads } = services;
  const read = readAskedScaling(object);
  const listed = read.ok ? read.asked.spec.members.map(({ name }) => name) : [];
  members.use(key, [...new Set([...listed, ...numbers.map(({ member }) => member)])]);
  workloads.use(
    key,
    numbers.flatMap(({ where }) => where ?? []),
  );
}

/** With its namespace goes the object's reason to hold anything up. */
async function isNamespaceGoing({ services, object, context }: ScalingPass): Promise<boolean> {
  const { namespace = '' } = object.metadata;
  const found = await services.hub
    .get(resources.namespaces, { name: namespace }, { signal: context.signal })
    .catch((error: unknown): KubeObject | undefined => {
      if (error instanceof NotFoundError) return undefined;
      throw error;
    });
  const status = found?.['status'];
  return found === undefined || (isRecord(status) && status['phase'] === 'Terminating');
}

async function release(
  { services, key, object, context }: ScalingPass,
  restored: ReadonlySet<string>,
): Promise<Restored> {
  services.writers.forget(key);
  await removeFinalizer({
    client: services.hub,
    resource: resources.distributedScaledObjects,
    object,
    finalizer: cleanupFinalizer,
    signal: context.signal,
  });
  return { outcome: done, restored };
}
