import { readFile } from 'node:fs/promises';

/** What the kernel says of a process. */
export interface ProcessUsage {
  /** Time on a processor, in user and kernel mode, since it began. */
  readonly cpuSeconds: number;
  readonly residentMb: number;
  /** The most that it ever had. */
  readonly peakResidentMb: number;
}

/** Linux' USER_HZ, the same on all of its platforms that Node runs on. */
const ticksPerSecond = 100;

/** Needs Linux: other systems have no /proc. */
export async function processUsage(pid: number): Promise<ProcessUsage> {
  const [stat, status] = await Promise.all(
    ['stat', 'status'].map((name) => readFile(`/proc/${pid}/${name}`, 'utf8')),
  );
  return parseUsage(stat ?? '', status ?? '');
}

/** From the texts of /proc/PID/stat and /proc/PID/status (proc_pid_stat(5), proc_pid_status(5)). */
export function parseUsage(stat: string, status: string): ProcessUsage {
  // The second field is the name of the program in brackets, and may hold blanks and brackets itself.
  const afterName = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [user, kernel] = afterName.slice(11, 13).map(Number);
  const ticks = (user ?? Number.NaN) + (kernel ?? Number.NaN);
  return {
    cpuSeconds: ticks / ticksPerSecond,
    residentMb: megabytes(status, 'VmRSS'),
    peakResidentMb: megabytes(status, 'VmHWM'),
  };
}

function megabytes(status: string, field: string): number {
  const kibibytes = Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]);
  return (kibibytes * 1024) / 1e6;
}
