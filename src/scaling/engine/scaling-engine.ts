import type { DistributedScaledObject, Problem } from '../../api/index.ts';

/** One condition as an engine tells it; its type is given by where it stands. */
export interface Verdict {
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
}

/** What an engine says about one object. */
export interface EngineReport {
  /** Whether triggers are evaluated and the total follows them. */
  readonly ready: Verdict;
  /** Whether a trigger asks for replicas: the condition ScaledObjectActive. */
  readonly active: Verdict;
  /** Whether scaling is paused. */
  readonly paused: Verdict;
  /** Whether triggers fail and the fallback holds; undefined where the object has none. */
  readonly fallback?: Verdict | undefined;
  /** What of the spec the engine cannot do; the rest works. */
  readonly warnings?: readonly Problem[] | undefined;
  /** What the engine has just made for the object, for people to hear of. */
  readonly created?: Created | undefined;
  /** What the engine could not find out when it began with the object, for people to hear of. */
  readonly unread?: Unread | undefined;
}

export interface Created {
  readonly reason: 'ScaledObjectCreated';
  readonly note: string;
}

export interface Unread {
  readonly reason: 'KEDAUnavailable';
  readonly note: string;
}

/** What an engine may need to know of the members, as they were last seen. */
export interface FleetView {
  /** Replicas that serve, over all members. */
  readonly readyReplicas: number;
}

/**
 * Decides the total of DistributedScaledObjects and writes it through their `/scale`. It never writes a total because
 * it knows nothing: a trigger that fails freezes the total.
 */
export interface ScalingEngine {
  readonly name: 'keda' | 'builtin';
  /** Begins what runs behind `ensure`; all of it ends with the signal. */
  start(signal: AbortSignal): void;
  /**
   * Takes up the object as it is now, once its selector and a seeded total are in place; called on every pass, cheap where
   * nothing changed. The report is the newest there is. Throws KubeError where the hub does not let it.
   */
  ensure(object: DistributedScaledObject, fleet: FleetView, signal: AbortSignal): Promise<EngineReport>;
  /** The object of this key (`namespace/name`) is gone, or another replica's: nothing is held for it any more. */
  forget(key: string): void;
}

/** What every engine is made with. */
export interface EngineHooks {
  /** Something about the object of this key changed: it is to be looked at again. */
  readonly onChange: (key: string) => void;
  /**
   * The right to act for the object of this key; undefined while another replica of the operator has it. Whatever runs
   * beside `ensure` asks before each write.
   */
  readonly owned: (key: string) => AbortSignal | undefined;
}
