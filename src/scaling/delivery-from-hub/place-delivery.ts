import type { Cluster } from '../../clusters/index.ts';
import {
  AnchorChangedError,
  anchorName,
  Deliverer,
  type DeliveryOwner,
  type DeliveryReport,
  type DeliverySet,
  StillTerminating,
  underEither,
} from '../../delivery/index.ts';
import {
  backoffMs,
  type BackoffOptions,
  type Clock,
  ForbiddenError,
  KubeError,
  NotFoundError,
  resources,
  UnauthorizedError,
  withDeadline,
} from '../../kube/index.ts';
import { describeMissing, describeTrouble, troubleOf } from './describe-trouble.ts';
import { missingRights } from './missing-rights.ts';
import { resourceOfKind } from './resource-of-kind.ts';

export interface DeliveredKind {
  readonly apiVersion: string;
  readonly kind: string;
}

/** What shall become of one place. */
export interface WantedDelivery {
  readonly owner: DeliveryOwner;
  readonly cluster: Cluster;
  /** Of the member. */
  readonly namespace: string;
  readonly selector: string;
  readonly action:
    /** Finds out whether the member allows it; writes nothing. */
    | { readonly do: 'check'; readonly kinds: readonly DeliveredKind[] }
    | { readonly do: 'deliver'; readonly set: DeliverySet }
    /** Takes everything away. */
    | { readonly do: 'remove' }
    /** Leaves everything to itself. */
    | { readonly do: 'release' };
}

export interface PlaceDeliveryOptions {
  readonly clock: Clock;
  readonly random?: (() => number) | undefined;
  /** The right to act; undefined where another replica has it. */
  readonly owned: () => AbortSignal | undefined;
  /** There is something to tell, or the place is as wanted. */
  readonly onChange: () => void;
  /** Another place of the same owner keeps this anchor, so that both are the same cluster under two names. */
  readonly isKeptElsewhere: (anchorUid: string) => boolean;
  readonly onReport: (wanted: WantedDelivery, report: DeliveryReport) => void;
  readonly onFailure: (cluster: Cluster, error: unknown) => void;
}

/** One pass over one place; each call in it has a deadline of its own. */
const passDeadlineMs = 120_000;
const soon: BackoffOptions = { baseMs: 250, capMs: 30_000 };
/** Only a person changes that. */
const rarely: BackoffOptions = { baseMs: 10_000, capMs: 300_000 };

/**
 * Keeps one place as it is wanted, apart from all others: delivers anew when the set changes, when something drifts, and
 * after failures with pauses that grow. At rest it does nothing.
 */
export class PlaceDelivery {
  readonly #options: PlaceDeliveryOptions;
  readonly #life = new AbortController();
  #deliverer: Deliverer | undefined;
  #wanted: WantedDelivery | undefined;
  #isDue = false;
  #isRunning = false;
  #failures = 0;
  #pause: AbortController | undefined;
  #trouble: string | undefined;
  #isDone = false;
  #anchorUid: string | undefined;

  constructor(options: PlaceDeliveryOptions) {
    this.#options = options;
  }

  /** Why it is not as wanted. */
  get trouble(): string | undefined {
    return this.#trouble;
  }

  /** What was wanted last is so. */
  get isDone(): boolean {
    return this.#isDone;
  }

  /** uid of the anchor on the cluster, as long as something is to be there. */
  get keptAnchorUid(): string | undefined {
    return this.#wanted?.action.do === 'deliver' ? this.#anchorUid : undefined;
  }

  want(wanted: WantedDelivery): void {
    const before = this.#wanted;
    this.#wanted = wanted;
    // What ended without a result, because the connection or the right to act went, begins anew.
    if (before !== undefined && isSame(before, wanted) && (this.#isDone || this.#isRunning)) return;
    this.#isDone = false;
    this.#failures = 0;
    this.#wake();
  }

  /** Stops; what is on the cluster stays. */
  close(): void {
    this.#life.abort();
    this.#pause?.abort();
    if (this.#wanted !== undefined) this.#deliverer?.forget(this.#wanted.owner.uid);
  }

  #wake(): void {
    this.#isDue = true;
    this.#pause?.abort();
    if (!this.#isRunning) void this.#run();
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    while (this.#isDue && !this.#life.signal.aborted) {
      this.#isDue = false;
      const pauseMs = await this.#attempt();
      if (pauseMs === undefined || this.#isDue || this.#life.signal.aborted) continue;
      await this.#rest(pauseMs);
      this.#isDue = true;
    }
    this.#isRunning = false;
  }

  async #rest(ms: number): Promise<void> {
    const pause = new AbortController();
    this.#pause = pause;
    await this.#options.clock.sleep(ms, pause.signal).catch(() => undefined);
    this.#pause = undefined;
  }

  /** Resolves with the milliseconds after which to try again; undefined: not before something changes. */
  async #attempt(): Promise<number | undefined> {
    const wanted = this.#wanted;
    const owned = this.#options.owned();
    if (wanted === undefined || owned === undefined || wanted.cluster.signal.aborted) return undefined;
    try {
      const again = await underEither(this.#life.signal, owned, (scope) =>
        withDeadline(passDeadlineMs, scope, (signal) => this.#act(wanted, signal)),
      );
      if (again.trouble === undefined) this.#failures = 0;
      this.#settle(wanted, again.trouble, again.isDone);
      return again.afterMs;
    } catch (error) {
      if (this.#life.signal.aborted || owned.aborted || wanted.cluster.signal.aborted) return undefined;
      return this.#failed(wanted, error);
    }
  }

  async #act(
    wanted: WantedDelivery,
    signal: AbortSignal,
  ): Promise<{
    readonly trouble?: string | undefined;
    readonly isDone: boolean;
    readonly afterMs?: number | undefined;
  }> {
    const { owner, cluster, namespace, selector, action } = wanted;
    if (await isHubItself(wanted, signal))
      return { trouble: 'this is the workload of the hub itself, which stays as it is', isDone: true };
    if (action.do === 'check') {
      const { client } = cluster;
      const delivered = await Promise.all(action.kinds.map((each) => resourceOfKind(client, each, signal)));
      const missing = await missingRights(client, namespace, delivered, signal);
      if (missing.length === 0) return { isDone: true };
      const trouble = describeMissing(missing, namespace);
      return { trouble, isDone: false, afterMs: backoffMs(this.#failures++, rarely, this.#options.random) };
    }
    const deliverer = this.#delivererFor(owner);
    if (action.do !== 'deliver' && (await this.#isKeptElsewhere(wanted, signal))) {
      deliverer.forget(owner.uid);
      return { isDone: true };
    }
    if (action.do === 'release') {
      await deliverer.release({ owner, cluster, namespace, signal });
      return { isDone: true };
    }
    if (action.do === 'remove') {
      await deliverer.remove({ owner, cluster, namespace, selector, everDelivered: false }, signal);
      return { isDone: true };
    }
    const delivery = deliverer.for(owner, cluster, () => this.#wake());
    const report = await delivery.deliver(action.set, signal);
    this.#anchorUid = delivery.anchorUid;
    this.#options.onReport(wanted, report);
    const trouble = troubleOf(report, namespace);
    const waits = report.contested.map(({ waitMs }) => waitMs);
    if (trouble !== undefined) waits.push(backoffMs(this.#failures++, rarely, this.#options.random));
    return {
      trouble,
      isDone: trouble === undefined,
      afterMs: waits.length === 0 ? undefined : Math.min(...waits),
    };
  }

  async #isKeptElsewhere(
    { owner, cluster, namespace }: WantedDelivery,
    signal: AbortSignal,
  ): Promise<boolean> {
    const name = { namespace, name: anchorName(owner) };
    try {
      const { metadata } = await cluster.client.get(resources.configMaps, name, {
        metadataOnly: true,
        signal,
      });
      return metadata.uid !== undefined && this.#options.isKeptElsewhere(metadata.uid);
    } catch (error) {
      if (error instanceof NotFoundError) return false;
      throw error;
    }
  }

  #failed(wanted: WantedDelivery, error: unknown): number {
    const { onFailure, random } = this.#options;
    onFailure(wanted.cluster, error);
    const attempt = this.#failures++;
    // Nothing is watched where nothing may be done.
    if (error instanceof ForbiddenError) this.#deliverer?.forget(wanted.owner.uid);
    const isPassing = passesByItself(error);
    // The member's own state tells that it does not answer.
    if (!isPassing) this.#settle(wanted, describeTrouble(error, wanted.namespace), false);
    return backoffMs(attempt, isPassing ? soon : rarely, random);
  }

  #settle(wanted: WantedDelivery, trouble: string | undefined, isDone: boolean): void {
    // Another one is wanted by now, and is next.
    if (this.#wanted !== undefined && !isSame(this.#wanted, wanted)) return;
    const isNews = this.#trouble !== trouble || this.#isDone !== isDone;
    this.#trouble = trouble;
    this.#isDone = isDone;
    if (isNews) this.#options.onChange();
  }

  /** A manager for each owner: objects that several deliver belong to all of them, and none takes anything from another. */
  #delivererFor({ name }: DeliveryOwner): Deliverer {
    this.#deliverer ??= new Deliverer({
      fieldManager: `wheelwright-dso-${name}`,
      clock: this.#options.clock,
      onWatchFailure: (cluster, _resource, error) => this.#options.onFailure(cluster, error),
    });
    return this.#deliverer;
  }
}

function passesByItself(error: unknown): boolean {
  if (error instanceof AnchorChangedError || error instanceof StillTerminating) return true;
  const isNo = error instanceof ForbiddenError || error instanceof UnauthorizedError;
  return error instanceof KubeError && error.transient && !isNo;
}

/** Another number of replicas alone is no other delivery. */
function isSame(a: WantedDelivery, b: WantedDelivery): boolean {
  return a.cluster === b.cluster && actionKey(a) === actionKey(b);
}

function actionKey({ action }: WantedDelivery): string {
  if (action.do === 'deliver') return `deliver ${action.set.hash}`;
  return action.do === 'check' ? JSON.stringify(action.kinds) : action.do;
}

/** A member may be the hub under another name: what is delivered from is never delivered to. */
async function isHubItself(
  { cluster, owner, namespace }: WantedDelivery,
  signal: AbortSignal,
): Promise<boolean> {
  if (namespace !== owner.namespace) return false;
  let asked = systemUids.get(cluster);
  if (asked === undefined) {
    asked = await cluster.client
      .get(resources.namespaces, { name: 'kube-system' }, { metadataOnly: true, signal })
      .then(({ metadata }) => metadata.uid ?? '')
      .catch((error: unknown) => {
        if (error instanceof ForbiddenError || error instanceof NotFoundError) return '';
        throw error;
      });
    systemUids.set(cluster, asked);
  }
  return asked === owner.hubUid;
}

/** uid of the namespace kube-system by connection; '' where that may not be read. */
const systemUids = new WeakMap<Cluster, string>();
