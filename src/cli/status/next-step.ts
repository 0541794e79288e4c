import { reasonOfCode } from '../codes/reason-of-code.ts';

/** What happens next with a finding, by its code. */
const steps: Readonly<Partial<Record<string, string>>> = {
  WW2001: 'waits for the ClusterProfile',
  WW2002: 'waits for its manager',
  WW2007: 'tried again by itself',
  WW2017: 'waits for the ClusterProfile API',
  WW2018: 'connected anew by itself',
  WW2019: 'waits for the next leader',
  WW3003: 'waits for what is missing',
  WW3004: 'waits for the workloads',
  WW3005: 'tried again by itself',
  WW3009: 'tried again by itself',
};

/** Whether the operator goes on by itself, and what it waits for. */
export function nextStep(code: string | undefined): string {
  const step = steps[code ?? ''];
  if (step !== undefined) return step;
  return reasonOfCode(code ?? '')?.level === 'warning' ? 'goes on by itself' : 'waits for you';
}
