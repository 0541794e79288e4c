import { Option } from 'commander';
import { fitsHeader, type Impersonation } from '../../kube/index.ts';
import { usageError } from '../failure/cli-error.ts';

/** kubectl's flags about where the hub is. */
export interface HubFlags {
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly cluster?: string;
  readonly user?: string;
  readonly as?: string;
  readonly asGroup?: readonly string[];
  readonly namespace?: string;
  /** Milliseconds. */
  readonly requestTimeout?: number;
}

export const defaultTimeoutMs = 10_000;

export function hubOptions(): readonly Option[] {
  const options = [
    ...accountOptions(),
    new Option('-n, --namespace <name>', 'namespace of the objects; default: that of the context'),
    new Option(
      '--request-timeout <time>',
      'longest wait for one answer, such as 5s or 1m (default: 10s)',
    ).argParser(requestTimeout),
  ];
  return options.map((option) => option.helpGroup('Hub:'));
}

/** Where the hub is, and who asks it. */
export function accountOptions(): readonly Option[] {
  return [
    new Option('--kubeconfig <file>', 'kubeconfig of the hub (env KUBECONFIG)'),
    new Option('--context <name>', 'context of the kubeconfig'),
    new Option('--cluster <name>', 'cluster of the kubeconfig, in place of that of the context'),
    new Option('--user <name>', 'user of the kubeconfig, in place of that of the context'),
    new Option('--as <name>', 'user or service account that every call is made for').argParser(
      (text: string) => headerValue('--as', text),
    ),
    new Option('--as-group <name>', 'a group that they are in; can be repeated').argParser(
      (text: string, before: readonly string[] | undefined) => [
        ...(before ?? []),
        headerValue('--as-group', text),
      ],
    ),
  ];
}

/** Whom the calls are made for, where a flag or else the kubeconfig says it, as for kubectl. Throws CliError. */
export function impersonation(
  { as, asGroup = [] }: HubFlags,
  kubeconfig: Impersonation | undefined,
): Impersonation | undefined {
  const groups = asGroup.length > 0 ? asGroup : (kubeconfig?.groups ?? []);
  const user = as ?? kubeconfig?.user;
  if (user !== undefined) return { user, groups, uid: kubeconfig?.uid };
  if (groups.length === 0) return undefined;
  throw usageError('--as-group must go with --as.', {
    fix: 'say who is in the group: --as=NAME',
    code: 'WW5003',
  });
}

function headerValue(flag: string, text: string): string {
  if (fitsHeader(text)) return text;
  throw usageError(`${flag} must be a name of printable ASCII characters, not '${text}'.`, {
    code: 'WW5003',
  });
}

/** kubectl's selector of labels; what it selects is up to the server. */
export function selectorOption(help: string): Option {
  return new Option('-l, --selector <labels>', help).argParser((text: string) => {
    if (selector.test(text)) return text;
    throw usageError(
      `--selector must be labels such as app=web, tier!=test or 'tier in (a, b)', not '${text}'.`,
      { code: 'WW5003' },
    );
  });
}

const label = String.raw`[\w./-]+`;
const value = String.raw`[\w.-]*`;
const term = String.raw`!?\s*${label}|${label}\s*(==?|!=)\s*${value}|${label}\s*[<>]\s*\d+|${label}\s+(in|notin)\s*\(\s*${value}(\s*,\s*${value})*\s*\)`;
const selector = new RegExp(`^\\s*(${term})(\\s*,\\s*(${term}))*\\s*$`);

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
