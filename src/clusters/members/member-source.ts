import type { Cluster } from '../cluster.ts';
import type { Member, MemberProvider } from './member.ts';

/** A member as its source knows it. `alias` is the one that it asks for; whether it gets it depends on the others. */
export interface MemberEntry extends Member {
  /** What the source holds of it makes no sense, and never did. */
  readonly isNonsense?: boolean | undefined;
}

/** Where members come from. Each source owns the connections to its own. */
export interface MemberSource {
  readonly provider: MemberProvider;
  /** It has told what it has, or that it can have nothing. */
  readonly isSynced: boolean;
  /** What keeps it from telling, in a sentence; undefined where it only takes its time. */
  readonly hindrance?: string | undefined;
  entries(): Iterable<MemberEntry>;
  /** The user works with these of the source, by what the source calls them, and with no others. */
  use(user: string, locals: readonly string[]): void;
  /** The cluster may be gone; where it is one of this source's, it is asked. */
  suspect(cluster: Cluster): void;
}
