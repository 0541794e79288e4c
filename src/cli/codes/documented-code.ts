import { reasons } from '../../api/index.ts';
import { checks } from '../check/checks.ts';
import { cliCodes } from './cli-codes.ts';

/** One code, wherever it comes from. */
export interface DocumentedCode {
  readonly code: `WW${number}`;
  readonly level: 'error' | 'warning' | 'info';
  /** The reason of conditions and events that has this code. */
  readonly reason: string | undefined;
  /** What `check` looks at under this code. */
  readonly check: string | undefined;
  readonly meaning: string;
  readonly fix: string;
}

/** Every code there is, in their order. */
export function documentedCodes(): readonly DocumentedCode[] {
  const titles = new Map(checks.map(({ code, title }) => [code as string, title]));
  const fromReasons = Object.entries(reasons).map(([reason, { code, level, meaning, fix }]) => ({
    code,
    level,
    reason,
    check: titles.get(code),
    meaning,
    fix,
  }));
  const fromChecks = checks.flatMap(({ code, title, level, about }) =>
    about === undefined ? [] : [{ code, level, reason: undefined, check: title, ...about }],
  );
  const fromCli = cliCodes.map(
    (entry) => ({ ...entry, level: 'error', reason: undefined, check: undefined }) as const,
  );
  return [...fromReasons, ...fromChecks, ...fromCli].toSorted((a, b) => a.code.localeCompare(b.code));
}
