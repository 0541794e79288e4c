import type { ProcessIdentity } from './process-identity.ts';

/** What the bed and its supervisor say to each other over the IPC channel. */

/** How to run one component. */
export interface Program {
  readonly name: string;
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** The whole environment; nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  /** Standard output and error are appended here. */
  readonly logFile: string;
}

export interface SupervisorSettings {
  readonly bedDirectory: string;
  readonly owner: ProcessIdentity;
  /** Remove the directory when everything has ended. */
  readonly temporary: boolean;
}

export type SupervisorRequest =
  | { readonly id: number; readonly kind: 'start'; readonly program: Program }
  /** To the process group that `process` leads. */
  | {
      readonly id: number;
      readonly kind: 'signal';
      readonly process: ProcessIdentity;
      readonly signal: NodeJS.Signals;
    };

export type SupervisorMessage =
  | { readonly kind: 'ready' }
  /** The process that was started or signalled. */
  | { readonly kind: 'done'; readonly id: number; readonly process: ProcessIdentity }
  | { readonly kind: 'failed'; readonly id: number; readonly reason: string }
  | { readonly kind: 'exited'; readonly process: ProcessIdentity; readonly exit: Exit };

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}
