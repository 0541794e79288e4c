import type { KubeObject, ReasonName } from '../api/index.ts';
import type { Cluster, ProfileClusters } from '../clusters/index.ts';
import type { Conditions, EventRecorder, Logger, Metrics, Outcome } from '../controller/index.ts';
import type { Deliverer, DeliveryReport, DeliverySet } from '../delivery/index.ts';
import type { Clock } from '../kube/index.ts';
import type { Installation, KnativeComponent } from './component.ts';
import type { StatusDraft } from './installation-status.ts';
import type { ManifestStore } from './manifests/index.ts';
import type { Renderer } from './renderer.ts';
import type { Finding } from './transforms/index.ts';

/** What passes over installations work with; made once. */
export interface KnativeServices {
  /** Where the objects live, and where they install without a clusterProfileRef. */
  readonly hub: Cluster;
  /** uid of the hub's kube-system namespace. */
  readonly hubUid: string;
  readonly clusters: ProfileClusters;
  readonly deliverer: Deliverer;
  readonly manifests: ManifestStore;
  readonly renderer: Renderer;
  readonly events: EventRecorder;
  readonly metrics: Metrics;
  readonly clock: Clock;
  /** How long a pass waits at the most before it looks at workloads that are not ready, in milliseconds. */
  readonly pollIntervalMs: number;
  /** `canonical`: the component's own namespace on every spoke, as knative/operator does since August 2026. */
  readonly spokeNamespace: 'same' | 'canonical';
  /** Every object of a component that the hub has, from the cache. */
  readonly peers: (component: KnativeComponent) => Iterable<KubeObject>;
  /** Have another look at an object. */
  readonly enqueue: (component: KnativeComponent, key: string) => void;
}

/** One look at one object. A stage gets it from the stage before and returns it with what it found out; none changes it. */
export interface Pass {
  readonly component: KnativeComponent;
  readonly services: KnativeServices;
  /** The object as it was read, and the same as typed. */
  readonly object: KubeObject;
  readonly installation: Installation;
  readonly status: StatusDraft;
  /** The conditions that others see on the object now. */
  readonly shown: Conditions;
  readonly signal: AbortSignal;
  readonly log: Logger;
  /** Failures of this object in a row before this pass. */
  readonly failures: number;
  /** From here on what stages add, in their order. */
  readonly version?: string;
  /** Milliseconds until there may be a newer release that the spec means as well. */
  readonly lookAgainMs?: number | undefined;
  /** Why nothing may be applied: what is installed stays as it is, and is only looked at. */
  readonly frozen?: { readonly because: ReasonName; readonly message: string };
  readonly cluster?: Cluster;
  readonly namespace?: string;
  readonly set?: DeliverySet;
  /** Where the manifests of the set come from, for status.manifests. */
  readonly paths?: readonly string[];
  readonly findings?: readonly Finding[];
  readonly report?: DeliveryReport;
  /** The object is gone, or about to be: nothing more is written to it. */
  readonly released?: boolean;
}

/** The pass goes on, or it ends here. `resting` says that nothing will happen until somebody does something. */
export type StageResult =
  | { readonly pass: Pass }
  | { readonly pass: Pass; readonly outcome: Outcome; readonly resting: boolean };

/** What ended a stage, with the pass as far as it had come. */
export class StageError extends Error {
  override readonly name = 'StageError';
  readonly pass: Pass;

  constructor(pass: Pass, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.pass = pass;
  }
}

/** The object changed since it was read, and the pass has to begin anew with what it is now. */
export class StaleObjectError extends Error {
  override readonly name = 'StaleObjectError';
  readonly live: KubeObject;

  constructor(live: KubeObject, options: ErrorOptions) {
    super('the object changed since it was read', options);
    this.live = live;
  }
}

export type Stage = (pass: Pass) => Promise<StageResult>;

export function goOn(pass: Pass): StageResult {
  return { pass };
}

/** Nothing more to do until an event comes. */
export function rest(pass: Pass, outcome: Outcome): StageResult {
  return { pass, outcome, resting: true };
}

/** What an earlier stage must have found out. */
export function need<Field extends 'version' | 'cluster' | 'namespace' | 'set' | 'paths' | 'report'>(
  pass: Pass,
  field: Field,
): NonNullable<Pass[Field]> {
  const value = pass[field];
  if (value === undefined) throw new Error(`stage order: '${field}' is used before it is known`);
  return value;
}
