/** Somebody who takes a part of a total. Numbers are whole and up to 2^31 - 1. */
export interface Claimant {
  /** Tells claimants apart; the last thing that decides a tie. */
  readonly name: string;
  /** In proportion to the others; 0 takes no more than `least`. */
  readonly weight: number;
  /** What it has now: in a tie it keeps that. */
  readonly current: number;
  /** It gets no less, as long as the total is enough for all. */
  readonly least: number;
  /** It never gets more; Infinity for no limit. At least `least`. */
  readonly most: number;
}

export interface Apportionment {
  /** By the names of all claimants. */
  readonly parts: ReadonlyMap<string, number>;
  /** What nobody may take, because all are at their most or have no weight. */
  readonly unplaced: number;
  /** The total does not reach for what all get at least. */
  readonly isScarce: boolean;
}

export type ApportionmentMethod = 'sainteLague' | 'largestRemainder';
