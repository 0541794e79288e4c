/** A cluster that can take replicas. */
export interface RegisteredMember {
  /** Its alias, by which rows and messages call it. */
  readonly name: string;
  /** Another id under the same alias is another cluster. */
  readonly id: string;
  /** Which cluster the id leads to now, for `isSameCluster`; undefined where that is not known. */
  readonly cluster?: string | undefined;
  /** What else a spec may call it: `PROVIDER#NAME`, or the name that its provider has for it. */
  readonly references?: readonly string[];
  /** It has no alias, as while another member has it: without a list nobody means it. */
  readonly onlyIfListed?: boolean;
  /** It gets nothing, whatever its weight. */
  readonly isDrained?: boolean;
}

/** What is known of the workload on one member now. */
export type Observation =
  /** Nobody has asked yet: neither there nor gone. */
  | { readonly state: 'unknown' }
  /** The cluster does not answer, refuses, or does not have the workload. */
  | {
      readonly state: 'notReady';
      readonly why: string;
      /** The cluster answers that the workload is not there. */
      readonly isGone?: boolean;
    }
  | {
      readonly state: 'ready';
      /** How many there are, as its status tells, which comes after what was asked for. */
      readonly replicas: number;
      /** How many were last asked for there, by whomever; undefined where that is not known. */
      readonly asked?: number | undefined;
      /** How many of them serve. */
      readonly readyReplicas: number;
      /** Of the workload itself: two places that tell the same uid are one workload under two names. */
      readonly uid?: string | undefined;
    };

/** By place. */
export type Observations = ReadonlyMap<string, Observation>;

/** How many there are, or are about to be. */
export function runningOf({ asked, replicas }: Observation & { readonly state: 'ready' }): number {
  return asked ?? replicas;
}

export function observationOf(place: string, observed: Observations): Observation {
  return observed.get(place) ?? { state: 'unknown' };
}
