export interface ExitCode {
  readonly code: number;
  readonly meaning: string;
}

/** What the exit code of a command says. The numbers are API. */
export const exitCodes = {
  done: { code: 0, meaning: 'done; what was asked about is healthy' },
  negative: {
    code: 1,
    meaning: 'a negative answer: not ready, different, or findings at or over --fail-on',
  },
  usage: {
    code: 2,
    meaning:
      'the command line, a file, a kubeconfig or the output cannot be used; of render, diff and images: any error',
  },
  unreachable: { code: 3, meaning: 'the hub cannot be reached, or refuses' },
  partial: { code: 4, meaning: 'some things could not be asked; what is shown is marked' },
  refused: { code: 5, meaning: 'refused for safety' },
  defect: { code: 70, meaning: 'a defect of this program' },
  deadline: { code: 124, meaning: 'a deadline passed' },
  interrupted: { code: 130, meaning: 'interrupted by Ctrl-C' },
  closed: { code: 141, meaning: 'whoever read the output has closed it, as a shell says of SIGPIPE' },
} as const satisfies Record<string, ExitCode>;

export type ExitName = keyof typeof exitCodes;

/** What another program that knows one kind of failure says of it with 1. */
const failures: ReadonlySet<ExitName> = new Set(['usage', 'unreachable', 'partial', 'refused', 'deadline']);

/** The number that a command ends with; `knowsOneFailure` where it has the name and the manners of another program's. */
export function exitCode(exit: ExitName, { knowsOneFailure = false } = {}): number {
  return exitCodes[knowsOneFailure && failures.has(exit) ? 'negative' : exit].code;
}
