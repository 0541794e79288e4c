import { groupVersionKind } from '../../api/index.ts';
import type { Cluster } from '../../clusters/index.ts';
import {
  type Clock,
  ForbiddenError,
  NoMatchError,
  NotFoundError,
  type Resource,
  resources,
} from '../../kube/index.ts';
import { describeFailure } from './describe-failure.ts';
import { podSelectorOf, readScale, withReadyPods } from './read-workload.ts';
import type { ReadyPods } from './ready-pods.ts';
import { absent, isDeployment, nothingSeen, type Sight, type WorkloadReference } from './workload.ts';

export interface ScalePollOptions {
  readonly cluster: Cluster;
  readonly workload: WorkloadReference;
  readonly pods: ReadyPods;
  readonly clock: Clock;
  readonly onSight: (sight: Sight) => void;
  /** A call failed in a way that may mean that the cluster is gone. */
  readonly onFailure: (error: unknown) => void;
  /** Ends the wait for the next time, when it aborts. */
  readonly untilNext: () => AbortSignal;
}

const restingMs = 10_000;
/** While it is on its way to what was asked for. */
const movingMs = 2_000;
const callTimeoutMs = 5_000;
const allCount = 'all replicas count as ready';
/** Controllers make pods sooner than they count them. */
const withoutPodsMs = 5_000;
/** One failure says little of the workload; who watches over the cluster finds out whether it is there. */
const failuresToTell = 3;

/** Asks for the `/scale` of one workload again and again, where it cannot be watched. Ends with the signal. */
export async function pollScale(options: ScalePollOptions, signal: AbortSignal): Promise<void> {
  const { workload, clock, onSight, onFailure, untilNext } = options;
  let sight = nothingSeen;
  const missing: MissingPods = { sinceMs: undefined };
  for (let failures = 0; !signal.aborted;) {
    try {
      sight = await readOnce(options, missing, signal);
      failures = 0;
      onSight(sight);
    } catch (error) {
      if (signal.aborted) return;
      failures++;
      if (sight.seen === 'failure' || failures >= failuresToTell) {
        const call = { verb: 'get', resource: 'the scale subresource' };
        sight = { seen: 'failure', why: describeFailure(error, workload, call) };
        onSight(sight);
      }
      onFailure(error);
    }
    const isMoving = sight.seen === 'workload' && sight.wanted !== sight.replicas;
    await clock.sleep(isMoving ? movingMs : restingMs, untilNext()).catch(() => undefined);
  }
}

interface MissingPods {
  /** Monotonic milliseconds since replicas are counted without a pod that the selector has ever named; undefined: they are not. */
  sinceMs: number | undefined;
}

/** What the cluster answers, also where that is no. Throws where it does not answer. */
async function readOnce(
  { cluster, workload, pods, clock }: ScalePollOptions,
  missing: MissingPods,
  signal: AbortSignal,
): Promise<Sight> {
  const options = { subresource: 'scale', signal, timeoutMs: callTimeoutMs } as const;
  let resource: Resource | undefined;
  try {
    resource = await resourceOf(cluster, workload, signal);
    const scale = await cluster.client.get(resource, workload, options);
    const selector = podSelectorOf(scale);
    if (selector === '') return { ...readScale(scale), uncounted: `${allCount}: its scale names no pods` };
    const ready = await pods.ask(selector);
    const counted = readScale(scale);
    if (ready === undefined) return { ...counted, uncounted: `${allCount}: its pods cannot be read` };
    if (pods.hasFound || counted.replicas === 0) missing.sinceMs = undefined;
    else missing.sinceMs ??= clock.monotonic();
    // Its replicas are no pods, or have other labels: nobody would ever see one of them ready.
    return missing.sinceMs !== undefined && clock.monotonic() - missing.sinceMs >= withoutPodsMs
      ? { ...counted, uncounted: `${allCount}: its selector fits no pods` }
      : withReadyPods(counted, ready);
  } catch (error) {
    if (error instanceof NotFoundError) return absent(workload);
    if (!(error instanceof ForbiddenError || error instanceof NoMatchError)) throw error;
    const call = { verb: 'get', resource: `${resource?.plural ?? ''}/scale` };
    return { seen: 'failure', why: describeFailure(error, workload, call) };
  }
}

/** Deployments need no discovery. Throws NoMatchError where the kind is not served. */
export async function resourceOf(
  { client }: Pick<Cluster, 'client'>,
  workload: Pick<WorkloadReference, 'apiVersion' | 'kind'>,
  signal: AbortSignal,
): Promise<Resource> {
  if (isDeployment(workload)) return resources.deployments;
  return client.resourceFor(groupVersionKind(workload), { signal });
}
