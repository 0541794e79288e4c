import type { KubeObject } from '../api/index.ts';
import type { YieldedFields } from './yielded-fields.ts';

/** The namespace that a set goes to. */
export interface DeliveryNamespace {
  /** The Namespace object as it is created, and then kept, where there is none. */
  readonly object: KubeObject;
  /** What is kept of it on a namespace that was there before; nothing by default. */
  readonly kept?: KubeObject | undefined;
}

/** What must be on a cluster, decided completely: every object in its namespace, without owner references. */
export interface DeliverySet {
  readonly namespace: DeliveryNamespace;
  readonly objects: readonly KubeObject[];
  /** Over all objects; equal hashes mean equal sets. */
  readonly hash: string;
  /** A label selector that every object of the set matches: drift is watched through it. */
  readonly selector: string;
  readonly gate?: DeliveryGate | undefined;
  /** What programs of the set itself write into its objects once they run. */
  readonly yielded?: readonly YieldedFields[] | undefined;
}

/** Objects that must not exist before a workload of the set is rolled out. */
export interface DeliveryGate {
  readonly workload: string;
  readonly objects: readonly KubeObject[];
}
