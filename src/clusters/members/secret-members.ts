import { isRecord, type KubeObject, objectKey } from '../../api/index.ts';
import {
  type KubeClient,
  KubeconfigError,
  parseKubeconfig,
  Reflector,
  resources,
  type StoreChange,
} from '../../kube/index.ts';
import type { ServerPolicy } from '../access/index.ts';
import type { Cluster } from '../cluster.ts';
import type { EngagedCluster } from '../profile-clusters.ts';
import { drainAnnotation } from './drain.ts';
import { KubeconfigMembers, type KubeconfigMembersOptions } from './kubeconfig-members.ts';
import { memberAccess, type MemberAccess } from './member-kubeconfig.ts';
import type { MemberEntry, MemberSource } from './member-source.ts';
import { problemSentence } from './problem-sentence.ts';

export interface SecretMembersOptions extends Pick<
  KubeconfigMembersOptions,
  'connectClient' | 'starts' | 'clock' | 'random' | 'onChange'
> {
  readonly client: KubeClient;
  /** Secrets elsewhere are nobody's members. */
  readonly namespace: string;
  readonly policy: ServerPolicy;
  /** Something stands in the way of a member, or of all without a name; undefined when it is over. */
  readonly onProblem: (local: string | undefined, problem: string | undefined) => void;
}

export const memberLabel = 'sigs.k8s.io/multicluster-runtime-kubeconfig';
const dataKey = 'kubeconfig';
/** An emptied Secret may be one in the middle of a rotation, and is a revocation after this. */
const revokeAfterMs = 60_000;
/** A refused credential is compared with the Secret itself no more often. */
const betweenRereadsMs = 10_000;

/** What is kept of a Secret. */
interface MemberSecret {
  readonly name: string;
  readonly resourceVersion: string;
  /** Text of the kubeconfig; undefined where there is none. */
  readonly kubeconfig: string | undefined;
  readonly isDrained: boolean;
  /** By its label. */
  readonly isMember: boolean;
  readonly isDeleting: boolean;
}

interface Known {
  /** The Secret that was read last, so that a slow reading of an older one is not taken. */
  secret: MemberSecret;
  rereadAt: number;
  /** Ends the wait for a revocation. */
  revocation: AbortController | undefined;
}

/** Members by Secrets of the operator's namespace: one each, the name of the Secret being that of the member. */
export class SecretMembers implements MemberSource {
  readonly provider = 'kubeconfig';
  readonly #options: SecretMembersOptions;
  readonly #members: KubeconfigMembers;
  readonly #reflector: Reflector<MemberSecret>;
  readonly #known = new Map<string, Known>();
  readonly #life = new AbortController();
  #reading = 0;
  #hindrance: string | undefined;

  constructor(options: SecretMembersOptions) {
    const { client, namespace, clock, onProblem } = options;
    this.#options = options;
    this.#members = new KubeconfigMembers({
      ...options,
      provider: this.provider,
      onRefused: (local) => void this.#reread(local),
    });
    this.#reflector = new Reflector<MemberSecret>({
      client,
      resource: resources.secrets,
      namespace,
      labelSelector: `${memberLabel}=true`,
      clock,
      project: memberSecret,
      onChange: (change) => this.#take(change),
      onFailure: (error) => {
        // A watch that broke off later is opened again, and nothing is lost meanwhile.
        if (this.#reflector.synced) return;
        this.#hindrance = error instanceof Error ? error.message : 'the Secrets cannot be read';
        onProblem(undefined, this.#hindrance);
        this.#options.onChange();
      },
    });
  }

  /** Not while the right to read Secrets is missing: workloads would be moved because it was taken away. */
  get isSynced(): boolean {
    return this.#reflector.synced && this.#reading === 0;
  }

  get hindrance(): string | undefined {
    return this.#hindrance;
  }

  /** For health. */
  get reflector(): Pick<Reflector<unknown>, 'synced' | 'lastActivityAt' | 'open'> {
    return this.#reflector;
  }

  entries(): Iterable<MemberEntry> {
    return this.#members.entries();
  }

  /** All of them are connected, whether anybody uses them or not. */
  use(): void {
    // Nothing more is needed.
  }

  suspect(cluster: Cluster): void {
    this.#members.suspect(cluster);
  }

  engaged(): IterableIterator<EngagedCluster> {
    return this.#members.engaged();
  }

  async run(signal: AbortSignal): Promise<void> {
    this.#reflector.whenSynced(signal).then(
      () => {
        this.#hindrance = undefined;
        this.#options.onProblem(undefined, undefined);
        this.#options.onChange();
      },
      () => undefined,
    );
    await this.#reflector.run(signal);
  }

  async close(): Promise<void> {
    this.#life.abort();
    await this.#members.close();
  }

  #take(change: StoreChange<MemberSecret>): void {
    if (change.type === 'delete') return this.#forget(change.previous.name);
    const { current } = change;
    // A finalizer may hold it for as long as it likes; whoever deleted it wants it gone.
    if (current.isDeleting) return this.#forget(current.name);
    void this.#read(current);
  }

  #forget(name: string): void {
    this.#known.get(name)?.revocation?.abort();
    this.#known.delete(name);
    this.#members.remove(name);
    this.#options.onProblem(name, undefined);
  }

  async #read(secret: MemberSecret): Promise<void> {
    const { name } = secret;
    const known = this.#known.get(name) ?? {
      secret,
      rereadAt: Number.NEGATIVE_INFINITY,
      revocation: undefined,
    };
    known.secret = secret;
    this.#known.set(name, known);
    this.#reading++;
    const result = await this.#accessOf(secret).finally(() => this.#reading--);
    if (this.#known.get(name)?.secret === secret) this.#declare(secret, known, result);
    this.#options.onChange();
  }

  #declare(secret: MemberSecret, known: Known, result: MemberAccess | string): void {
    const { name, isDrained } = secret;
    const problem = typeof result === 'string' ? result : undefined;
    this.#options.onProblem(name, problem);
    const isEmpty = secret.kubeconfig === undefined;
    // What never was a member does not become one by having nothing.
    if (isEmpty && !this.#members.has(name)) return;
    const access = typeof result === 'string' ? undefined : result;
    this.#members.declare({ local: name, alias: name, isDrained, access, problem });
    if (!isEmpty) {
      known.revocation?.abort();
      known.revocation = undefined;
    } else if (known.revocation === undefined) {
      known.revocation = new AbortController();
      void this.#revokeLater(name, known.revocation.signal);
    }
  }

  async #revokeLater(name: string, signal: AbortSignal): Promise<void> {
    const onAbort = (): void => this.#known.get(name)?.revocation?.abort();
    this.#life.signal.addEventListener('abort', onAbort, { once: true });
    try {
      await this.#options.clock.sleep(revokeAfterMs, signal);
      this.#members.revoke(name);
    } catch {
      // It has a kubeconfig again, or is gone.
    } finally {
      this.#life.signal.removeEventListener('abort', onAbort);
    }
  }

  /** What the Secret leads to, or why to nothing, as a sentence that names it. */
  async #accessOf({ name, kubeconfig }: MemberSecret): Promise<MemberAccess | string> {
    const { namespace, policy } = this.#options;
    const place = `Secret ${namespace}/${name}`;
    if (kubeconfig === undefined) return `${place} has no kubeconfig under the key '${dataKey}'.`;
    try {
      return await memberAccess(parseKubeconfig(kubeconfig, { source: `kubeconfig in ${place}` }), {
        policy,
      });
    } catch (error) {
      // One that nobody thought of is no reason to lose sight of all the others; it may quote what it could not read.
      return error instanceof KubeconfigError
        ? problemSentence(error)
        : `The kubeconfig in ${place} cannot be read.`;
    }
  }

  /** The watch may be behind: a server that refuses the credential is a reason to look at the Secret itself. */
  async #reread(name: string): Promise<void> {
    const { client, namespace, clock } = this.#options;
    const known = this.#known.get(name);
    if (known === undefined || clock.monotonic() - known.rereadAt < betweenRereadsMs) return;
    known.rereadAt = clock.monotonic();
    try {
      const live = memberSecret(
        await client.get(resources.secrets, { namespace, name }, { signal: this.#life.signal }),
      );
      // The watch may have told meanwhile that it is no member any more, and would never tell that again.
      if (this.#known.get(name) !== known || !live.isMember || live.isDeleting) return;
      if (live.resourceVersion !== known.secret.resourceVersion) await this.#read(live);
    } catch {
      // The watch tells what becomes of it.
    }
  }
}

function memberSecret(object: KubeObject): MemberSecret {
  const { name, resourceVersion = '', labels, annotations, deletionTimestamp } = object.metadata;
  const data = object['data'];
  const encoded = isRecord(data) ? data[dataKey] : undefined;
  const text = typeof encoded === 'string' ? Buffer.from(encoded, 'base64').toString('utf8') : '';
  return {
    name: objectKey({ name }),
    resourceVersion,
    kubeconfig: text.trim() === '' ? undefined : text,
    isDrained: annotations?.[drainAnnotation] === 'true',
    isMember: labels?.[memberLabel] === 'true',
    isDeleting: deletionTimestamp !== undefined,
  };
}
