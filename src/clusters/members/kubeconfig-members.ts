import type { Clock } from '../../kube/index.ts';
import type { Cluster } from '../cluster.ts';
import { type ConnectClient, Connection } from '../connection.ts';
import type { ConnectionStarts } from '../connection-starts.ts';
import { Engagement } from '../engagement.ts';
import type { EngagedCluster } from '../profile-clusters.ts';
import { describeFailure } from '../target.ts';
import { credentialMark } from './credential-mark.ts';
import type { MemberProvider } from './member.ts';
import type { MemberAccess } from './member-kubeconfig.ts';
import { type MemberFacts, type MemberHealth, memberHealth } from './member-health.ts';
import type { MemberEntry } from './member-source.ts';
import { probe } from './probing.ts';

/** What a source holds of one member now. */
export interface KubeconfigDeclaration {
  /** What the source calls it. */
  readonly local: string;
  readonly alias: string | undefined;
  readonly isDrained: boolean;
  /** Absent where what the source holds cannot be used; `problem` says why. What was usable before stays in force. */
  readonly access?: MemberAccess | undefined;
  /** A sentence without secrets. */
  readonly problem?: string | undefined;
}

export interface KubeconfigMembersOptions {
  readonly provider: MemberProvider;
  readonly connectClient: ConnectClient;
  readonly starts?: ConnectionStarts | undefined;
  readonly clock: Clock;
  readonly random?: (() => number) | undefined;
  /** Told after each change of an entry. */
  readonly onChange: () => void;
  /** The server refused the credential of this member: its source may have a newer one. */
  readonly onRefused: (local: string) => void;
}

interface Held {
  declaration: KubeconfigDeclaration;
  access: MemberAccess | undefined;
  engagement: Engagement | undefined;
  entry: MemberEntry;
  readonly life: AbortController;
}

/** Others take over what a member had within a minute, so that it must not be later that it is found again. */
const longestPauseMs = 10_000;

/**
 * The connections to members whose kubeconfigs we hold: each on its own, so that none waits for another. A changed
 * kubeconfig takes over once it is verified; work on the connection before it gets time to end.
 */
export class KubeconfigMembers {
  readonly #options: KubeconfigMembersOptions;
  readonly #held = new Map<string, Held>();
  #generation = 0;

  constructor(options: KubeconfigMembersOptions) {
    this.#options = options;
  }

  *entries(): IterableIterator<MemberEntry> {
    for (const { entry } of this.#held.values()) yield entry;
  }

  has(local: string): boolean {
    return this.#held.has(local);
  }

  /** There is this member, or it is another way now. Where its content is unusable, what it had before stays. */
  declare(declaration: KubeconfigDeclaration): void {
    const { local, access } = declaration;
    const held = this.#held.get(local) ?? this.#begin(declaration);
    held.declaration = declaration;
    if (access !== undefined) {
      const isOther = held.access?.fingerprint !== access.fingerprint;
      held.access = access;
      if (isOther) this.#engage(held, access);
    }
    this.#observe(held);
  }

  /** Its credential must not be used any more; it stays known, out of reach. */
  revoke(local: string): void {
    const held = this.#held.get(local);
    if (held === undefined) return;
    void held.engagement?.close();
    held.engagement = undefined;
    held.access = undefined;
    this.#observe(held);
  }

  remove(local: string): void {
    const held = this.#held.get(local);
    if (held === undefined) return;
    this.#held.delete(local);
    held.life.abort();
    void held.engagement?.close();
    this.#options.onChange();
  }

  suspect(cluster: Cluster): void {
    for (const { engagement } of this.#held.values()) engagement?.suspect(cluster);
  }

  /** For metrics. */
  *engaged(): IterableIterator<EngagedCluster> {
    for (const [key, { engagement }] of this.#held) {
      if (engagement === undefined) continue;
      const { provider, connection } = engagement.serving;
      yield {
        key,
        source: provider,
        provider,
        state: connection.state,
        lastContactMs: connection.lastContactMs,
      };
    }
  }

  async close(): Promise<void> {
    const all = [...this.#held.values()];
    this.#held.clear();
    for (const { life } of all) life.abort();
    await Promise.all(all.map(async ({ engagement }) => engagement?.close()));
  }

  #begin(declaration: KubeconfigDeclaration): Held {
    const { provider, clock, random = Math.random } = this.#options;
    const { local } = declaration;
    const life = new AbortController();
    const held: Held = {
      declaration,
      access: undefined,
      engagement: undefined,
      entry: {
        id: `${provider}#${local}`,
        provider,
        local,
        alias: declaration.alias,
        state: 'Unknown',
        info: '',
        since: clock.now(),
        isDrained: declaration.isDrained,
        cluster: undefined,
      },
      life,
    };
    this.#held.set(local, held);
    const ask = (): void => {
      const { cluster } = held.entry;
      if (cluster !== undefined) held.engagement?.check(cluster);
    };
    void probe(ask, { clock, random }, life.signal);
    return held;
  }

  #engage(held: Held, access: MemberAccess): void {
    const before = held.engagement;
    const engagement = this.#newEngagement(held, access);
    held.engagement = engagement;
    if (before?.serving.connection.state.phase === 'connected') return engagement.replace(before);
    void before?.close();
    // Its outcome is told by onChange.
    engagement.connection.cluster().catch(() => undefined);
  }

  #newEngagement(held: Held, { endpoint, credential, fingerprint }: MemberAccess): Engagement {
    const { provider, connectClient, starts, clock, random, onRefused } = this.#options;
    const { local } = held.declaration;
    const connection = new Connection({
      id: held.entry.id,
      name: local,
      endpoint,
      credentials: {
        get: async () => credential,
        invalidate: () => onRefused(local),
        close: () => undefined,
      },
      connectClient,
      starts,
      clock,
      random,
      longestPauseMs,
      onChange: () => this.#observe(held),
      nextGeneration: () => ++this.#generation,
    });
    return new Engagement({ connection, fingerprint, provider, uid: held.entry.id, clock });
  }

  #observe(held: Held): void {
    const { clock, onChange } = this.#options;
    if (this.#held.get(held.declaration.local) !== held) return;
    const { alias, isDrained, problem } = held.declaration;
    const before = held.entry;
    const link = linkOf(held.engagement);
    const health: MemberHealth = memberHealth({
      before: before.state,
      link,
      problem,
      warnings: held.access?.warnings ?? [],
    });
    const entry: MemberEntry = {
      ...before,
      ...health,
      alias,
      isDrained,
      isNonsense: held.access === undefined && before.isNonsense !== false,
      since: before.state === health.state ? before.since : clock.now(),
      credential: triedCredential(held, link),
      credentialExpiresAt: held.access?.credential.expiresAt,
    };
    held.entry = entry;
    onChange();
  }
}

/** Until a kubeconfig has been tried, the state is still about the one before. */
function triedCredential(
  { access, engagement }: Pick<Held, 'access' | 'engagement'>,
  { phase }: MemberFacts['link'],
): string | undefined {
  if (access === undefined || engagement?.serving.fingerprint !== access.fingerprint) return undefined;
  return phase === 'connected' || phase === 'lost' ? credentialMark(access) : undefined;
}

function linkOf(engagement: Engagement | undefined): MemberFacts['link'] {
  const state = engagement?.serving.connection.state;
  switch (state?.phase) {
    case undefined:
    case 'closed':
      return { phase: 'none' };
    case 'idle':
      return { phase: 'connecting' };
    case 'connected':
      return { phase: 'connected', cluster: state.cluster };
    case 'connecting':
      return state.previous === undefined
        ? { phase: 'connecting' }
        : { phase: 'lost', why: describeFailure(state.previous.error) };
    case 'lost':
      return { phase: 'lost', why: describeFailure(state.error) };
  }
}
