import type { Cluster } from '../clusters/index.ts';
import type { Clock } from '../kube/index.ts';
import { type AppliedObject, applyWhenServed } from './apply-object.ts';
import { DeliveryError, isRefusal, type ObjectFailure } from './delivery-error.ts';
import type { DeliveryObserver } from './delivery-observer.ts';
import { identityKey } from './identity.ts';
import { type Phase, phaseOrder, phases } from './phases.ts';
import type { DesiredObject } from './plan.ts';
import { takeOverObject } from './take-over-object.ts';

export interface ApplyPhasesOptions {
  readonly cluster: Cluster;
  readonly fieldManager: string;
  readonly clock: Clock;
  readonly observer?: DeliveryObserver | undefined;
  /** Asked when the object's turn comes; what is not open stays for a later pass. */
  readonly isOpen: (object: DesiredObject) => boolean;
  readonly onApplied: (object: DesiredObject, applied: AppliedObject) => void;
}

export interface PhasesOutcome {
  /** By identity key. */
  readonly applied: ReadonlyMap<string, AppliedObject>;
  readonly refused: readonly ObjectFailure[];
  /** Something was not open. */
  readonly gated: boolean;
}

/**
 * Applies every phase after those that it waits for. An object that the server refuses hinders no other one, Jobs
 * excepted: they run once, and not beside a set that is incomplete. Throws DeliveryError where the server cannot be
 * asked, or the signal's reason.
 */
export async function applyPhases(
  plan: ReadonlyMap<Phase, readonly DesiredObject[]>,
  options: ApplyPhasesOptions,
  signal: AbortSignal,
): Promise<PhasesOutcome> {
  const applied = new Map<string, AppliedObject>();
  const refused: ObjectFailure[] = [];
  let gated = false;
  const applyPhase = async (phase: Phase): Promise<void> => {
    const batch = plan.get(phase) ?? [];
    const open = batch.filter(options.isOpen);
    gated ||= open.length < batch.length;
    if (open.length === 0 || (phase === 'jobs' && refused.length > 0)) return;
    const startedAt = options.clock.monotonic();
    const failures: ObjectFailure[] = [];
    await Promise.all(
      open.map(async (object) => {
        const { identity } = object;
        try {
          const result = await applyOne(object, options, signal);
          applied.set(identityKey(identity), result);
          options.onApplied(object, result);
          options.observer?.wrote?.('apply', 'ok');
        } catch (error) {
          signal.throwIfAborted();
          options.observer?.wrote?.('apply', 'error');
          failures.push({ identity, error: error as Error });
        }
      }),
    );
    options.observer?.phaseTook?.(phase, options.clock.monotonic() - startedAt);
    const unasked = failures.filter(({ error }) => !isRefusal(error));
    if (unasked.length > 0) throw new DeliveryError('apply', options.cluster.name, unasked);
    refused.push(...failures);
  };
  await inOrder(applyPhase);
  return { applied, refused, gated };
}

/** Throws what failed first, in the order of phases, once nothing is under way any more. */
async function inOrder(applyPhase: (phase: Phase) => Promise<void>): Promise<void> {
  const done = new Map<Phase, Promise<void>>();
  for (const phase of phases) {
    const before = Promise.all(phaseOrder[phase].flatMap((earlier) => done.get(earlier) ?? []));
    done.set(
      phase,
      before.then(() => applyPhase(phase)),
    );
  }
  const outcomes = await Promise.allSettled(done.values());
  const failure = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failure !== undefined) throw failure.reason;
}

function applyOne(
  { object, resource, phase, yielded }: DesiredObject,
  { cluster, fieldManager, clock }: ApplyPhasesOptions,
  signal: AbortSignal,
): Promise<AppliedObject> {
  const options = { client: cluster.client, resource, fieldManager, yielded, signal };
  return phase === 'custom resources'
    ? takeOverObject(object, options, (...call) => applyWhenServed(...call, clock))
    : takeOverObject(object, options);
}
