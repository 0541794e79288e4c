import { describe, expect, it } from 'vitest';
import { parseUsage } from './process-usage.ts';

const status = 'Name:\tnode\nVmPeak:\t 1000 kB\nVmHWM:\t  150000 kB\nVmRSS:\t  100000 kB\nThreads:\t11\n';

function stat(name: string, utime: number, stime: number): string {
  return `4711 (${name}) S 1 4711 4711 0 -1 4194304 900 0 0 0 ${utime} ${stime} 30 40 20 0 11 0 123 456\n`;
}

describe('the usage of a process', () => {
  it('is its own time, not that of its children, and its memory in megabytes', () => {
    expect(parseUsage(stat('node', 250, 50), status)).toEqual({
      cpuSeconds: 3,
      residentMb: 102.4,
      peakResidentMb: 153.6,
    });
  });

  it('is found behind whatever the program is called', () => {
    expect(parseUsage(stat('a) S 9 (b', 100, 0), status).cpuSeconds).toBe(1);
  });
});
