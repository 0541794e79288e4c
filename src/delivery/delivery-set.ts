import type { KubeObject } from '../api/index.ts';

/** The namespace that a set goes to. */
export interface DeliveryNamespace {
  /** The Namespace object as it is created where there is none. */
  readonly object: KubeObject;
  /** Its labels and annotations are also kept on a namespace that was there before. */
  readonly explicit: boolean;
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
}

/** Objects that must not exist before a workload of the set is rolled out. */
export interface DeliveryGate {
  readonly workload: string;
  readonly objects: readonly KubeObject[];
}
