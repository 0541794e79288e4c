import type { Cluster } from '../cluster.ts';
import type { Member } from './member.ts';

/** How the connection to a member is. */
export type MemberLink =
  /** There is nothing that a connection could be made with. */
  | { readonly phase: 'none' }
  | { readonly phase: 'connecting' }
  | { readonly phase: 'connected'; readonly cluster: Cluster }
  /** `why` is a sentence. */
  | { readonly phase: 'lost'; readonly why: string };

export interface MemberFacts {
  /** The state so far. */
  readonly before: Member['state'];
  readonly link: MemberLink;
  /** Why what its source holds now cannot be used, as a sentence. */
  readonly problem: string | undefined;
  readonly warnings: readonly string[];
}

export type MemberHealth = Pick<Member, 'state' | 'info' | 'cluster'>;

/**
 * The state of a member and the sentences about it. A member that was in a state keeps it while another connection is
 * tried: only an answer, or that there is none, changes it.
 */
export function memberHealth({ before, link, problem, warnings }: MemberFacts): MemberHealth {
  const cluster = link.phase === 'connected' ? link.cluster : undefined;
  const about = problem === undefined ? [] : [problem];
  const odd = warnings.map((warning) => `Warning: ${warning}.`);
  switch (link.phase) {
    case 'connected': {
      const stale = problem === undefined ? [] : ['What it had before stays in force.'];
      const version = `It answers, with Kubernetes ${link.cluster.serverVersion}.`;
      return { state: 'Ready', info: [version, ...about, ...stale, ...odd].join(' '), cluster };
    }
    case 'connecting':
      return { state: before, info: [...about, 'It is being connected.'].join(' '), cluster };
    case 'lost':
      return { state: 'NotReady', info: [capitalized(link.why), ...about].join(' '), cluster };
    case 'none':
      return { state: 'NotReady', info: about.join(' '), cluster };
  }
}

function capitalized(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
