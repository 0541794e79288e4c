import type { ExitName } from '../exit-codes.ts';

/** Why a command could not do what it was asked for, as a person is told. */
export interface Complaint {
  /** What could not be done to which object on which cluster, because of what. */
  readonly problem: string;
  /** Only where it says more than the problem. */
  readonly cause?: string | undefined;
  /** What to do: an imperative, or an exact command. */
  readonly fix?: string | undefined;
  /** What was changed all the same. */
  readonly state?: string | undefined;
  readonly code?: `WW${number}` | undefined;
  readonly exit: ExitName;
  /** Where a defect is; only defects have one. */
  readonly stack?: string | undefined;
}
