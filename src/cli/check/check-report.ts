import { maskSecrets } from '../../controller/index.ts';
import { reasonOfCode } from '../codes/reason-of-code.ts';
import type { ExitName } from '../exit-codes.ts';
import { plainText } from '../terminal/plain-text.ts';
import type {
  Check,
  CheckLevel,
  ClusterCheck,
  ConnectionCheck,
  HubCheck,
  MemberCheck,
  Outcome,
} from './check.ts';
import type { ClusterFacts } from './facts/cluster-facts.ts';
import type { HubFacts } from './facts/hub-facts.ts';
import type { MemberFacts } from './facts/member-facts.ts';
import type { Rule } from './facts/rule.ts';

export type Finding = {
  readonly code: `WW${number}`;
  readonly title: string;
} & (
  | { readonly result: 'ok'; readonly detail: string }
  | {
      readonly result: 'failed';
      readonly level: CheckLevel;
      readonly problem: string;
      readonly cause?: string | undefined;
      readonly fix: string;
      readonly rules?: readonly Rule[] | undefined;
    }
  | { readonly result: 'skipped'; readonly needs: string; readonly lackedHere: boolean }
);

export interface Section {
  readonly scope: 'hub' | 'cluster' | 'member';
  /** Name of the context, or of the cluster, or `member/` and that of the member. */
  readonly subject: string;
  /** About the subject, and who looked at it from where. */
  readonly about: string;
  readonly findings: readonly Finding[];
}

export interface CheckReport {
  readonly sections: readonly Section[];
  readonly counts: {
    readonly failed: number;
    readonly warnings: number;
    readonly ok: number;
    readonly skipped: number;
  };
}

export function checkReport(sections: readonly Section[]): CheckReport {
  const findings = sections.flatMap((section) => section.findings);
  const count = (fits: (finding: Finding) => boolean): number => findings.filter(fits).length;
  return {
    sections,
    counts: {
      failed: count((finding) => finding.result === 'failed' && finding.level === 'error'),
      warnings: count((finding) => finding.result === 'failed' && finding.level !== 'error'),
      ok: count(({ result }) => result === 'ok'),
      skipped: count(({ result }) => result === 'skipped'),
    },
  };
}

/** `machine` is where the command line runs. */
export function hubSection(facts: HubFacts, checks: readonly HubCheck[], machine: string): Section {
  const { context, self } = facts;
  const named = context.state === 'answered' ? context.value : { name: 'hub', server: '?' };
  const who = self.state === 'answered' ? `, as ${self.value.username}` : '';
  return {
    scope: 'hub',
    subject: plainText(named.name),
    about: plainText(`hub at ${named.server}${who}, seen from ${machine}`),
    findings: checks.map((check) => finding(check, check.judge(facts))),
  };
}

export function clusterSection(
  facts: ClusterFacts,
  checks: readonly ClusterCheck[],
  machine: string,
): Section {
  const { name, access } = facts;
  const provider = access.state === 'answered' ? `, provider ${access.value.provider}` : '';
  return {
    scope: 'cluster',
    subject: plainText(name),
    about: plainText(`ClusterProfile ${name}${provider}, seen from ${machine}, not from the operator`),
    findings: checks.map((check) => finding(check, check.judge(facts))),
  };
}

export function memberSection(
  facts: MemberFacts,
  checks: readonly (ConnectionCheck | MemberCheck)[],
  machine: string,
): Section {
  const { name, secret, provider, local } = facts;
  const by = provider === 'file' ? `by ${local}, mounted from Secret ${secret}` : `by Secret ${secret}`;
  return {
    scope: 'member',
    subject: plainText(`member/${name}`),
    about: plainText(`member ${by}, seen from ${machine}, not from the operator`),
    findings: checks.map((check) => finding(check, check.judge(facts))),
  };
}

/** Findings show what others wrote, so nothing in them commands a terminal or looks like a credential. */
function finding({ code, title, level, about }: Check, outcome: Outcome): Finding {
  switch (outcome.result) {
    case 'ok':
      return { code, title, result: 'ok', detail: clean(outcome.detail) };
    case 'failed': {
      const fix = outcome.fix ?? about?.fix ?? reasonOfCode(code)?.fix ?? '';
      return {
        code,
        title,
        result: 'failed',
        level: outcome.level ?? level,
        problem: clean(outcome.problem),
        ...(outcome.cause === undefined ? {} : { cause: clean(outcome.cause) }),
        fix: clean(fix),
        ...(outcome.rules === undefined ? {} : { rules: outcome.rules }),
      };
    }
    case 'skipped':
      return { code, title, result: 'skipped', needs: clean(outcome.needs), lackedHere: outcome.lackedHere };
  }
}

function clean(text: string): string {
  return maskSecrets(plainText(text));
}

/** What the report as a whole says: a hub that does not answer goes before findings, and those before what is unknown. */
export function exitOfReport({ sections }: CheckReport, failOn: 'warning' | 'error'): ExitName {
  const findings = sections.flatMap((section) => section.findings);
  const failures = findings.filter((one) => one.result === 'failed');
  if (failures.some(({ code }) => code === 'WW1001')) return 'usage';
  if (failures.some(({ code }) => code === 'WW1002')) return 'unreachable';
  if (failures.some(({ level }) => level === 'error' || level === failOn)) return 'negative';
  return findings.some((one) => one.result === 'skipped' && one.lackedHere) ? 'partial' : 'done';
}
