import type { Cluster } from '../cluster.ts';
import type { MemberEntry, MemberSource } from './member-source.ts';

export interface HubMemberOptions {
  readonly name: string;
  /** The hub, which was reached before anything else. */
  readonly cluster: Cluster;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** The hub itself as a member. Without it nothing could be decided or told, so there is no state in which it is lost. */
export class HubMember implements MemberSource {
  readonly provider = 'hub';
  readonly isSynced = true;
  readonly #entry: MemberEntry;

  constructor({ name, cluster, now }: HubMemberOptions) {
    this.#entry = {
      id: `hub#${name}`,
      provider: this.provider,
      local: name,
      alias: name,
      state: 'Ready',
      info: `It is the hub, with Kubernetes ${cluster.serverVersion}.`,
      since: now,
      isDrained: false,
      cluster,
    };
  }

  entries(): Iterable<MemberEntry> {
    return [this.#entry];
  }

  use(): void {
    // It is there for everybody.
  }

  suspect(): void {
    // Whoever watches the hub hears of it as well.
  }
}
