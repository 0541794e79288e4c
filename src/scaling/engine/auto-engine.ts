import { type DistributedScaledObject, objectKey } from '../../api/index.ts';
import type { KedaEngine } from './keda/keda-engine.ts';
import type { KedaPresence } from './keda/scaled-object-source.ts';
import type { EngineReport, FleetView, ScalingEngine } from './scaling-engine.ts';

export interface Engines {
  readonly keda: ScalingEngine & Pick<KedaEngine, 'presence' | 'follow'>;
  readonly builtin: ScalingEngine;
}

/**
 * KEDA where the hub serves it, else the engine of this program; followed while running, because KEDA may come and go. A
 * hub that does not say keeps whoever was at work.
 */
export class AutoEngine implements ScalingEngine {
  readonly #engines: Engines;
  #chosen: 'keda' | 'builtin' | undefined;
  readonly #builtinHolds = new Set<string>();

  constructor(engines: Engines) {
    this.#engines = engines;
  }

  get name(): 'keda' | 'builtin' {
    return this.#choose() ?? 'keda';
  }

  start(signal: AbortSignal): void {
    this.#engines.keda.start(signal);
    this.#engines.builtin.start(signal);
  }

  async ensure(
    object: DistributedScaledObject,
    fleet: FleetView,
    signal: AbortSignal,
  ): Promise<EngineReport> {
    const key = objectKey(object.metadata);
    const chosen = this.#choose();
    // KEDA's engine says best why nobody knows, and is told when somebody does.
    if (chosen === undefined) return this.#engines.keda.ensure(object, fleet, signal);
    if (chosen === 'builtin') {
      this.#builtinHolds.add(key);
      this.#engines.keda.follow(key);
    } else if (this.#builtinHolds.delete(key)) {
      this.#engines.builtin.forget(key);
    }
    return this.#engines[chosen].ensure(object, fleet, signal);
  }

  forget(key: string): void {
    this.#builtinHolds.delete(key);
    this.#engines.keda.forget(key);
    this.#engines.builtin.forget(key);
  }

  #choose(): 'keda' | 'builtin' | undefined {
    this.#chosen = chooseEngine(this.#engines.keda.presence, this.#chosen);
    return this.#chosen;
  }
}

/** Who evaluates triggers; undefined while nobody knows whether there is KEDA. */
export function chooseEngine(
  presence: KedaPresence,
  before: 'keda' | 'builtin' | undefined,
): 'keda' | 'builtin' | undefined {
  if (presence === 'unknown') return before;
  return presence === 'served' ? 'keda' : 'builtin';
}
