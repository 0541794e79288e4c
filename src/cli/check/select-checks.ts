import { usageError } from '../failure/cli-error.ts';
import type { Check, ClusterCheck, ConnectionCheck, HubCheck, MemberCheck } from './check.ts';

export interface Selection {
  readonly hub: readonly HubCheck[];
  readonly clusters: readonly ClusterCheck[];
  /** Those of connections too, which are among `clusters` as well. */
  readonly members: readonly (ConnectionCheck | MemberCheck)[];
}

/**
 * The checks that are wanted: those of `only`, or all, without those of `skip`. Both name codes, one by one or with commas
 * between them, or groups of codes with `x` for any digit: `WW20xx`. With `pre`, those that need no operator. Throws CliError for one that fits no check.
 */
export function selectChecks(
  all: readonly Check[],
  {
    only = [],
    skip = [],
    pre = false,
  }: { readonly only?: readonly string[]; readonly skip?: readonly string[]; readonly pre?: boolean },
): Selection {
  const wanted = matchers('--only', only, all);
  const unwanted = matchers('--skip', skip, all);
  const selected = all.filter(
    ({ code }) =>
      !(pre && isOfOperator(code)) &&
      (wanted.length === 0 || wanted.some((fits) => fits(code))) &&
      !unwanted.some((fits) => fits(code)),
  );
  return {
    hub: selected.filter((check) => check.scope === 'hub'),
    clusters: selected.filter((check) => check.scope === 'cluster'),
    members: selected.filter(isOfMembers),
  };
}

/** What only an operator that runs, or has run, can have made so. */
const ofOperator: ReadonlySet<string> = new Set([
  'WW1003',
  'WW1101',
  'WW1102',
  'WW1103',
  'WW1106',
  'WW1110',
  'WW2016',
  'WW2020',
]);

function isOfOperator(code: string): boolean {
  return ofOperator.has(code) || code.startsWith('WW4');
}

function isOfMembers(check: Check): check is ConnectionCheck | MemberCheck {
  return check.scope === 'member' || 'alsoOfMembers' in check;
}

function matchers(
  flag: string,
  texts: readonly string[],
  all: readonly Check[],
): readonly ((code: string) => boolean)[] {
  return texts
    .flatMap((text) => text.split(','))
    .map((text) => {
      const digits = /^ww([0-9x]{4})$/i.exec(text)?.[1];
      const pattern = new RegExp(`^WW${digits?.replaceAll(/x/gi, String.raw`\d`) ?? ''}$`);
      if (all.some(({ code }) => pattern.test(code))) return (code) => pattern.test(code);
      throw usageError(`${flag} must name codes of checks, such as 'WW2007' or 'WW20xx', not '${text}'.`, {
        code: 'WW5003',
        fix: 'look at what there is: check --list',
      });
    });
}
