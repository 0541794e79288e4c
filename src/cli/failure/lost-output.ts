import type { Complaint } from './complaint.ts';

/** Why output got lost, as a person is told; undefined where whoever read it has seen enough, as in `diff | head`. */
export function lostOutput({ code, message }: NodeJS.ErrnoException): Complaint | undefined {
  if (code === 'EPIPE') return undefined;
  return {
    problem: `The output cannot be written: ${message}.`,
    fix: 'make room where it goes, or send it elsewhere',
    code: 'WW5006',
    exit: 'usage',
  };
}
