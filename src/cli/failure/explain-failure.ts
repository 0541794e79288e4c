import { CommanderError } from 'commander';
import { AccessError } from '../../clusters/index.ts';
import { maskSecrets } from '../../controller/index.ts';
import {
  DeadlineExceeded,
  ForbiddenError,
  KubeconfigError,
  KubeError,
  NoMatchError,
  NotFoundError,
  ProtocolError,
  TimeoutError,
  UnauthorizedError,
  UnreachableError,
} from '../../kube/index.ts';
import { shorten } from '../terminal/plain-text.ts';
import { CliError, Interrupted } from './cli-error.ts';
import type { Complaint } from './complaint.ts';
import { unreachableFix } from './unreachable-fix.ts';

const longestQuote = 200;

/**
 * What a person is told about an error, of whatever class; never a secret. `program` is how the program was called,
 * `called` the same with the words of the command.
 */
export function explainFailure(error: unknown, program: string, called = program): Complaint {
  const complaint =
    error instanceof CommanderError ? badCommandLine(error, called) : classify(error, program);
  const masked = Object.entries(complaint).map(([field, value]) => [
    field,
    typeof value === 'string' && field !== 'code' ? maskSecrets(value) : value,
  ]);
  return Object.fromEntries(masked);
}

function classify(error: unknown, program: string): Complaint {
  if (error instanceof CliError) return error.complaint;
  if (error instanceof Interrupted) return { problem: 'Interrupted.', exit: 'interrupted' };
  if (error instanceof KubeconfigError) return badKubeconfig(error);
  if (error instanceof AccessError) return noCredential(error);
  if (error instanceof KubeError) return failedCall(error, program);
  if (error instanceof DeadlineExceeded)
    return { problem: `The deadline passed: ${error.message}.`, code: 'WW5005', exit: 'deadline' };
  if (isSystemError(error)) return refusedBySystem(error);
  return defect(error);
}

/** Commander's message is `error: …`, with a suggestion in a line of its own. */
function badCommandLine({ message, code }: CommanderError, program: string): Complaint {
  const [first = '', suggestion = ''] = message.replace(/^error: /, '').split('\n');
  const sentence = `${first.charAt(0).toUpperCase()}${first.slice(1)}`;
  // Whoever has the other plugin of this name looks for its other commands here.
  const elsewhere =
    code === 'commander.unknownCommand' && program === 'kubectl kedify'
      ? "only 'mc' is served under this name; everything else is: kubectl wheelwright --help"
      : undefined;
  const meant = /^\(Did you mean (.+)\?\)$/.exec(suggestion)?.[1];
  return {
    problem: /[.!?]$/.test(sentence) ? sentence : `${sentence}.`,
    fix:
      elsewhere ?? (meant === undefined ? `see what there is: ${program} --help` : `did you mean ${meant}?`),
    code: 'WW5002',
    exit: 'usage',
  };
}

function badKubeconfig({ message }: KubeconfigError): Complaint {
  return {
    problem: sentence(message),
    fix: 'name a kubeconfig with --kubeconfig or KUBECONFIG, and one of its contexts with --context',
    code: 'WW1001',
    exit: 'usage',
  };
}

function noCredential({ message }: AccessError): Complaint {
  return {
    problem: sentence(message),
    fix: 'mend the credential of this context, or name another context with --context',
    code: 'WW1002',
    exit: 'unreachable',
  };
}

function failedCall(error: KubeError, program: string): Complaint {
  const cause = shorten(error.status.message.replaceAll(/\s+/g, ' '), longestQuote, '...');
  const call = error.message.slice(0, -`: ${error.status.message}`.length);
  const about = { problem: `Cannot ${call}.`, cause };
  if (error instanceof UnreachableError)
    return { ...about, fix: unreachableFix(error.kind), code: 'WW1002', exit: 'unreachable' };
  if (error instanceof TimeoutError) {
    const fix = 'see whether the server is up, or give it more time with --request-timeout';
    return { ...about, fix, code: 'WW1002', exit: 'unreachable' };
  }
  if (error instanceof UnauthorizedError) {
    const fix = 'log in again, or name another context with --context';
    return { ...about, fix, code: 'WW1002', exit: 'unreachable' };
  }
  if (error instanceof ForbiddenError) {
    const fix = `get the right that the cause names, or name another context with --context; ${program} check lists what is missing`;
    return { ...about, fix, code: 'WW1104', exit: 'unreachable' };
  }
  if (error instanceof NoMatchError) return { ...about, ...notServed(error, program), exit: 'negative' };
  if (error instanceof ProtocolError) {
    const fix = 'look at the server of this context: what answers there is no Kubernetes API server';
    return { ...about, fix, code: 'WW1002', exit: 'unreachable' };
  }
  if (error instanceof NotFoundError) return { ...about, code: 'WW5004', exit: 'negative' };
  return { ...about, code: 'WW1002', exit: 'unreachable' };
}

/** Files, addresses and processes: what the operating system refuses is no defect. */
function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'code' in error && 'syscall' in error;
}

function refusedBySystem({ message }: NodeJS.ErrnoException): Complaint {
  return {
    problem: sentence(`the operating system refused: ${message}`),
    fix: 'free the address or mend the file that it names, or name another',
    code: 'WW5006',
    exit: 'usage',
  };
}

function notServed({ context }: NoMatchError, program: string): Pick<Complaint, 'fix' | 'code'> {
  return context.resource.startsWith('ClusterProfile')
    ? { fix: 'install the Cluster Inventory API', code: 'WW2017' }
    : { fix: `install what is missing: ${program} crds | kubectl apply --server-side -f -`, code: 'WW1101' };
}

function defect(error: unknown): Complaint {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  return {
    problem: `Wheelwright has a bug: ${shorten(message.replaceAll(/\s+/g, ' '), longestQuote, '...')}`,
    fix: 'report it with the lines below',
    code: 'WW9001',
    exit: 'defect',
    stack: stack?.split('\n').slice(1, 6).join('\n'),
  };
}

function sentence(message: string): string {
  const text = `${message.charAt(0).toUpperCase()}${message.slice(1)}`;
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
