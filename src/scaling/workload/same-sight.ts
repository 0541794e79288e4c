import type { Sight } from './workload.ts';

/** Whether both say the same of the workload; versions grow without saying anything. */
export function sameSight(a: Sight, b: Sight): boolean {
  if (a.seen !== 'workload' || b.seen !== 'workload') return a.seen === b.seen && whyOf(a) === whyOf(b);
  return (
    a.uid === b.uid &&
    a.wanted === b.wanted &&
    a.replicas === b.replicas &&
    a.ready === b.ready &&
    a.uncounted === b.uncounted &&
    a.writer === b.writer
  );
}

function whyOf(sight: Sight): string | undefined {
  return 'why' in sight ? sight.why : undefined;
}
