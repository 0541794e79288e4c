import { type DistributedScaledObject, objectKey, type ReasonName } from '../../../api/index.ts';
import { type Clock, type KubeClient, NotFoundError, type Resource, resources } from '../../../kube/index.ts';
import { engineStateAnnotation } from '../engine-state-annotation.ts';
import type { Created, EngineHooks, EngineReport, FleetView, ScalingEngine } from '../scaling-engine.ts';
import { childScaledObject } from './child-scaled-object.ts';
import { type Child, readChild } from './child.ts';
import { claimOf } from './claim.ts';
import { KedaRights } from './keda-rights.ts';
import { reportOfChild } from './report-of-child.ts';
import { type KedaPresence, ScaledObjectSource } from './scaled-object-source.ts';
import { ScaledObjectWriter } from './scaled-object-writer.ts';
import { nameWarnings } from './name-warnings.ts';
import { triggerWarnings } from './trigger-warnings.ts';

/** It writes in `ensure` only, whose signal ends with the right to act. */
export interface KedaEngineOptions extends Pick<EngineHooks, 'onChange'> {
  /** The hub. */
  readonly client: KubeClient;
  /** That of the client's writes. */
  readonly fieldManager: string;
  readonly clock: Clock;
}

/** After so long nobody seems to be there. */
const longestSilenceMs = 120_000;
/** KEDA writes the name of a ScaledObject into a label. */
const longestName = 63;
/** What nobody tells us of is looked at this often: a ScaledObject of somebody else, a webhook that refused, rights. */
const lookAgainMs = 15_000;

/**
 * Leaves triggers, fallback, pauses and the arithmetic to KEDA: each object has a ScaledObject whose target it is itself.
 * What KEDA says of that is the report.
 */
export class KedaEngine implements ScalingEngine {
  readonly name = 'keda';
  readonly #options: KedaEngineOptions;
  readonly #source: ScaledObjectSource;
  readonly #writer: ScaledObjectWriter;
  readonly #rights: KedaRights;
  /** The objects that it was asked about. */
  readonly #keys = new Set<string>();
  /** Those among them that wait for something that no watch shows. */
  readonly #waiting = new Set<string>();

  constructor(options: KedaEngineOptions) {
    const { client, fieldManager, clock } = options;
    this.#options = options;
    this.#writer = new ScaledObjectWriter(client, fieldManager, clock);
    this.#rights = new KedaRights(client, clock);
    this.#source = new ScaledObjectSource({
      client,
      fieldManager,
      clock,
      onChange: (key, change) => this.#hear(key, change),
    });
  }

  /** Whether the hub serves ScaledObjects; `onChange` is called for every object when that changes. */
  get presence(): KedaPresence {
    return this.#source.presence;
  }

  start(signal: AbortSignal): void {
    void this.#source.run(signal);
    void this.#lookAgain(signal);
  }

  async ensure(
    object: DistributedScaledObject,
    _fleet: FleetView,
    signal: AbortSignal,
  ): Promise<EngineReport> {
    const key = objectKey(object.metadata);
    this.follow(key);
    this.#waiting.delete(key);
    const report = await this.#ensure(key, object, signal);
    const warnings = [...nameWarnings(object), ...triggerWarnings(object.spec.scaledObjectSpec)];
    return warnings.length === 0 ? report : { ...report, warnings };
  }

  /** Somebody else scales this object for as long as there is no KEDA, and is to be told when there is. */
  follow(key: string): void {
    this.#keys.add(key);
  }

  forget(key: string): void {
    this.#keys.delete(key);
    this.#waiting.delete(key);
    this.#writer.forget(key);
  }

  async #ensure(key: string, object: DistributedScaledObject, signal: AbortSignal): Promise<EngineReport> {
    const { name } = object.metadata;
    if (name.length > longestName) {
      const message = `the name has ${name.length} characters; KEDA has room for ${longestName}`;
      return nothingScales('False', 'ScaledObjectNameInvalid', message);
    }
    const { resource, presence, why } = this.#source;
    if (presence === 'absent')
      return nothingScales(
        'False',
        'KEDANotInstalled',
        `${why}; install KEDA, or start the operator with --scaling-engine=builtin`,
      );
    if (resource === undefined)
      return nothingScales('Unknown', 'KEDAUnavailable', `ScaledObjects of the hub: ${why}`);
    const child = this.#source.get(key) ?? (await this.#read(resource, object, signal));
    if (object.metadata.deletionTimestamp !== undefined)
      return child === undefined
        ? pending('the object is being deleted')
        : this.#report(object, child, signal);
    if (child?.isBeingDeleted === true) {
      // Of somebody else's, the watch does not show the end.
      this.#waiting.add(key);
      return pending('the ScaledObject is being deleted, and created again after that');
    }
    const conflict = child === undefined ? undefined : this.#conflict(key, object, child);
    return conflict ?? this.#write(key, object, resource, child, signal);
  }

  /** The watch shows only those with our label. */
  async #read(
    resource: Resource,
    { metadata: { name, namespace } }: DistributedScaledObject,
    signal: AbortSignal,
  ): Promise<Child | undefined> {
    const { client, fieldManager } = this.#options;
    try {
      return readChild(await client.get(resource, { namespace, name }, { signal }), fieldManager);
    } catch (error) {
      if (error instanceof NotFoundError) return undefined;
      throw error;
    }
  }

  #conflict(key: string, object: DistributedScaledObject, child: Child): EngineReport | undefined {
    const claim = claimOf(child, object);
    if (claim.is === 'ours' || claim.is === 'adoptable') return undefined;
    this.#waiting.add(key);
    if (claim.is === 'former')
      return pending('the ScaledObject of a former object of this name waits for the garbage collector');
    const whose = claim.owner === undefined ? 'was not made for this object' : `belongs to ${claim.owner}`;
    const remedy =
      claim.owner === undefined
        ? 'delete it, or annotate this object with keda.kedify.io/adopt: "true" to take it over'
        : 'rename one of the two';
    return nothingScales('False', 'ScaledObjectConflict', `the ScaledObject ${key} ${whose}; ${remedy}`);
  }

  async #write(
    key: string,
    object: DistributedScaledObject,
    resource: Resource,
    child: Child | undefined,
    signal: AbortSignal,
  ): Promise<EngineReport> {
    const written = await this.#writer.write(resource, childScaledObject(object), child, signal);
    if (written.is === 'there') {
      await this.#dropEngineState(object, signal);
      const report = await this.#report(object, written.child, signal);
      return child === undefined ? { ...report, created: createdOf(key) } : report;
    }
    this.#waiting.add(key);
    if (written.is === 'contended') {
      const message = `somebody changes the ScaledObject ${key} again and again; it is set right once a minute`;
      const { ready: _ready, ...report } = reportOfChild(written.child, hasFallback(object));
      return { ready: { status: 'False', reason: 'ScaledObjectContended', message }, ...report };
    }
    return nothingScales('False', 'ScaledObjectRefused', written.message);
  }

  /** What the builtin engine remembers becomes wrong while KEDA scales. */
  async #dropEngineState({ metadata }: DistributedScaledObject, signal: AbortSignal): Promise<void> {
    if (metadata.annotations?.[engineStateAnnotation] === undefined) return;
    const { uid } = metadata;
    const annotations = { [engineStateAnnotation]: null };
    await this.#options.client.patch(
      resources.distributedScaledObjects,
      metadata,
      'merge',
      { metadata: { ...(uid === undefined ? {} : { uid }), annotations } },
      { metadataOnly: true, signal },
    );
  }

  async #report(object: DistributedScaledObject, child: Child, signal: AbortSignal): Promise<EngineReport> {
    const report = reportOfChild(child, hasFallback(object));
    if (child.conditions.length === 0) return this.#reportOfSilence(object, child, report);
    const mayLackRights = report.ready.status === 'False' && report.ready.message.includes('forbidden');
    if (!mayLackRights) return report;
    this.#waiting.add(objectKey(object.metadata));
    const missing = await this.#rights.missing(object.metadata.namespace ?? '', signal);
    if (missing === undefined) return report;
    const message = `${missing}; KEDA says: ${report.ready.message}`;
    return { ...report, ready: { status: 'False', reason: 'KEDARightsMissing', message } };
  }

  /** KEDA says something of every ScaledObject within seconds; its definitions may be there without it. */
  #reportOfSilence(object: DistributedScaledObject, child: Child, report: EngineReport): EngineReport {
    this.#waiting.add(objectKey(object.metadata));
    const silentMs = this.#options.clock.now() - child.createdAt;
    if (silentMs < longestSilenceMs) return report;
    const message = `KEDA has said nothing of the ScaledObject for ${Math.floor(silentMs / 60_000)} minutes; is it running, and does it watch this namespace? Otherwise start the operator with --scaling-engine=builtin`;
    return { ...report, ready: { status: 'False', reason: 'KEDASilent', message } };
  }

  #hear(key: string | undefined, change: 'set' | 'delete'): void {
    if (key === undefined) {
      for (const each of this.#keys) this.#options.onChange(each);
      return;
    }
    if (change === 'delete') this.#writer.forget(key);
    if (this.#keys.has(key)) this.#options.onChange(key);
  }

  async #lookAgain(signal: AbortSignal): Promise<void> {
    const { clock, onChange } = this.#options;
    while (!signal.aborted) {
      await clock.sleep(lookAgainMs, signal).catch(() => undefined);
      if (signal.aborted) return;
      for (const key of this.#waiting) onChange(key);
    }
  }
}

function hasFallback({ spec }: DistributedScaledObject): boolean {
  return spec.scaledObjectSpec.fallback !== undefined;
}

function createdOf(key: string): Created {
  return { reason: 'ScaledObjectCreated', note: `KEDA scales this object by the ScaledObject ${key}.` };
}

function pending(message: string): EngineReport {
  return nothingScales('Unknown', 'ScaledObjectPending', message);
}

function nothingScales(status: 'False' | 'Unknown', reason: ReasonName, message: string): EngineReport {
  const unknown = { status: 'Unknown', reason, message } as const;
  return { ready: { status, reason, message }, active: unknown, paused: unknown };
}
