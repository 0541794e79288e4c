import { type DistributedScaledObject, objectKey } from '../../api/index.ts';
import {
  type Clock,
  ForbiddenError,
  type KubeClient,
  NoMatchError,
  NotFoundError,
  type Resource,
} from '../../kube/index.ts';
import { type Child, readChild } from './keda/child.ts';
import { claimOf } from './keda/claim.ts';
import { scaledObjectKind } from './scaled-object-kind.ts';
import type { EngineHooks, EngineReport, FleetView, ScalingEngine, Unread } from './scaling-engine.ts';

export interface InsteadOfKedaOptions extends Pick<EngineHooks, 'onChange'> {
  /** The hub. */
  readonly client: KubeClient;
  /** That of the client's writes. */
  readonly fieldManager: string;
  readonly clock: Clock;
  /** Who scales. */
  readonly engine: ScalingEngine;
}

interface Left {
  readonly resource: Resource;
  readonly child: Child;
  readonly is: 'ours' | 'former';
}

/** Somebody else deletes, and nobody tells us when that is over; without KEDA it never is. Pauses double up to the longest. */
const lookAgainMs = { first: 1_000, longest: 15_000 } as const;

interface Wait {
  readonly pauseMs: number;
  /** Monotonic milliseconds. */
  readonly until: number;
}

/**
 * An engine that is chosen although the hub may have KEDA. What an engine `keda` left there of an object is taken back
 * before this one begins with it, so that never two write one total. Of what others made nothing is touched.
 */
export class InsteadOfKeda implements ScalingEngine {
  readonly #options: InsteadOfKedaOptions;
  /** The uid of each object that KEDA has nothing of, as far as that may be known. */
  readonly #free = new Map<string, string | undefined>();
  readonly #waiting = new Map<string, Wait>();

  constructor(options: InsteadOfKedaOptions) {
    this.#options = options;
  }

  get name(): 'keda' | 'builtin' {
    return this.#options.engine.name;
  }

  start(signal: AbortSignal): void {
    this.#options.engine.start(signal);
    void this.#lookAgain(signal);
  }

  async ensure(
    object: DistributedScaledObject,
    fleet: FleetView,
    signal: AbortSignal,
  ): Promise<EngineReport> {
    const key = objectKey(object.metadata);
    const { uid, deletionTimestamp } = object.metadata;
    const isKnown = this.#free.has(key) && this.#free.get(key) === uid;
    if (!isKnown && deletionTimestamp === undefined) {
      const left = await this.#left(object, signal);
      if (left === 'unreadable') {
        this.#begin(key, uid);
        return { ...(await this.#options.engine.ensure(object, fleet, signal)), unread: unreadOf(key) };
      }
      if (left !== undefined) {
        if (!this.#waiting.has(key)) this.#wait(key, lookAgainMs.first);
        if (!left.child.isBeingDeleted && left.is === 'ours') await this.#takeBack(object, left, signal);
        return stillKedas(key);
      }
      this.#begin(key, uid);
    }
    return this.#options.engine.ensure(object, fleet, signal);
  }

  forget(key: string): void {
    this.#free.delete(key);
    this.#waiting.delete(key);
    this.#options.engine.forget(key);
  }

  #begin(key: string, uid: string | undefined): void {
    this.#waiting.delete(key);
    this.#free.set(key, uid);
  }

  /** What KEDA has of the object, or of one of the same name before it. */
  async #left(
    object: DistributedScaledObject,
    signal: AbortSignal,
  ): Promise<Left | 'unreadable' | undefined> {
    const { client, fieldManager } = this.#options;
    const { namespace, name } = object.metadata;
    try {
      const resource = await client.resourceFor(scaledObjectKind, { signal });
      const child = readChild(await client.get(resource, { namespace, name }, { signal }), fieldManager);
      const { is } = claimOf(child, object);
      // What may be adopted is still what somebody else made.
      return is === 'ours' || is === 'former' ? { resource, child, is } : undefined;
    } catch (error) {
      if (error instanceof NoMatchError || error instanceof NotFoundError) return undefined;
      // As a rule it has made none; or the right to them was taken away together with the engine.
      if (error instanceof ForbiddenError) return 'unreadable';
      throw error;
    }
  }

  /** It goes after its autoscaler, which would go on writing otherwise. */
  async #takeBack(
    { metadata: { namespace, name } }: DistributedScaledObject,
    { resource, child: { uid } }: Left,
    signal: AbortSignal,
  ): Promise<void> {
    const options = { uid, propagation: 'Foreground', signal } as const;
    try {
      await this.#options.client.delete(resource, { namespace, name }, options);
    } catch (error) {
      if (!(error instanceof NotFoundError)) throw error;
    }
  }

  async #lookAgain(signal: AbortSignal): Promise<void> {
    const { clock, onChange } = this.#options;
    while (!signal.aborted) {
      await clock.sleep(lookAgainMs.first, signal).catch(() => undefined);
      if (signal.aborted) return;
      const due = [...this.#waiting].filter(([, { until }]) => clock.monotonic() >= until);
      for (const [key, { pauseMs }] of due) {
        this.#wait(key, Math.min(2 * pauseMs, lookAgainMs.longest));
        onChange(key);
      }
    }
  }

  #wait(key: string, pauseMs: number): void {
    this.#waiting.set(key, { pauseMs, until: this.#options.clock.monotonic() + pauseMs });
  }
}

function unreadOf(key: string): Unread {
  const note = `ScaledObjects of the hub may not be read: if KEDA has scaled this object, both go on writing its total. See that there is no ScaledObject ${key} for it, or grant get and delete on scaledobjects.keda.sh and start the operator again.`;
  return { reason: 'KEDAUnavailable', note };
}

function stillKedas(key: string): EngineReport {
  const reason = 'ScaledObjectPending';
  const message = `the ScaledObject ${key} is being deleted, after which the builtin engine takes over; KEDA must run for that, or its finalizer be removed`;
  const unknown = { status: 'Unknown', reason, message } as const;
  return { ready: unknown, active: unknown, paused: unknown };
}
