import type { Clock } from '../../kube/index.ts';
import { type GivenInstallation, titleOf } from '../render/given-installation.ts';
import { sayFindings } from '../render/say-findings.ts';
import type { Progress } from '../terminal/progress.ts';
import type { Terminal } from '../terminal/terminal.ts';
import {
  compareInstallation,
  type ComparedInstallation,
  type CompareOptions,
} from './compare-installation.ts';

export interface WatchedOptions extends Omit<CompareOptions, 'onRendered' | 'onProgress'> {
  readonly terminal: Terminal;
  readonly clock: Clock;
}

/** Compares while people see how far it is, and are told what is wrong with the object. See `compareInstallation`. */
export async function compareWatched(
  given: GivenInstallation,
  { terminal, clock, ...options }: WatchedOptions,
): Promise<ComparedInstallation> {
  const progress = watchProgress(terminal, clock, titleOf(given));
  try {
    return await compareInstallation(given, {
      ...options,
      onRendered: (rendered) => sayFindings(terminal.err, rendered, rendered.findings),
      onProgress: progress.update,
    });
  } finally {
    await progress.end();
  }
}

/** Not more often than somebody wants to read it. */
const updateEvery = 32;

function watchProgress(
  terminal: Terminal,
  clock: Clock,
  title: string,
): { readonly update: (done: number, total: number) => void; readonly end: Progress['end'] } {
  const state = { task: `Comparing ${title}`, waitingFor: [] };
  const progress = terminal.startProgress(clock, { ...state, done: 0, total: 1 });
  return {
    update: (done, total) => {
      if (done % updateEvery === 0) progress.update({ ...state, done, total });
    },
    end: () => progress.end(),
  };
}
