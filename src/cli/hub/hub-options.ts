import { Option } from 'commander';
import { usageError } from '../failure/cli-error.ts';

/** kubectl's flags about where the hub is. */
export interface HubFlags {
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly namespace?: string;
  /** Milliseconds. */
  readonly requestTimeout?: number;
}

export const defaultTimeoutMs = 10_000;

export function hubOptions(): readonly Option[] {
  const options = [
    new Option('--kubeconfig <file>', 'kubeconfig of the hub (env KUBECONFIG)'),
    new Option('--context <name>', 'context of the kubeconfig'),
    new Option('-n, --namespace <name>', 'namespace of the objects; default: that of the context'),
    new Option(
      '--request-timeout <time>',
      'longest wait for one answer, such as 5s or 1m (default: 10s)',
    ).argParser(requestTimeout),
  ];
  return options.map((option) => option.helpGroup('Hub:'));
}

const milliseconds = { h: 3_600_000, m: 60_000, s: 1_000, ms: 1 } as const;

/** As kubectl takes it: a duration, or a number of seconds. Its 0, for no limit at all, means the default here. */
export function requestTimeout(text: string): number {
  const parts = /^(?:(\d+)h)?(?:(\d+)m(?!s))?(?:(\d+)s)?(?:(\d+)ms)?$/.exec(text);
  const [, h = 0, m = 0, s = 0, ms = 0] = parts ?? [undefined, 0, 0, /^\d+$/.test(text) ? text : Number.NaN];
  const sum =
    Number(h) * milliseconds.h + Number(m) * milliseconds.m + Number(s) * milliseconds.s + Number(ms);
  if (text !== '' && Number.isSafeInteger(sum)) return sum === 0 ? defaultTimeoutMs : sum;
  throw usageError(
    `--request-timeout must be a duration such as '5s' or '1m30s', or a number of seconds, not '${text}'.`,
    { code: 'WW5003' },
  );
}
