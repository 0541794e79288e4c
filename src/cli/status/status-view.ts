import type { Style } from '../terminal/style.ts';

/** For whom, when and how a status is written. */
export interface StatusView {
  readonly style: Style;
  readonly wide: boolean;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** How the program was called, with the flags about the hub that every suggested command needs. */
  readonly command: (line: string) => string;
}
