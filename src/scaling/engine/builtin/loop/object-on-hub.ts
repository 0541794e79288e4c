import type { DistributedScaledObject } from '../../../../api/index.ts';
import type { KubeClient, Resource } from '../../../../kube/index.ts';
import { engineStateAnnotation } from '../../engine-state-annotation.ts';
import { type EngineState, readState, writeState } from './engine-state.ts';
import { KnownTotal } from './known-total.ts';
import { NotOwned } from './not-owned.ts';
import { writeTotal } from './write-total.ts';

export interface ObjectOnHubOptions {
  readonly client: KubeClient;
  readonly resource: Resource;
  /** The right to write; undefined while another replica of the operator has it. */
  readonly owned: () => AbortSignal | undefined;
}

/** One object as the hub has it, and what is written of it there: its total and the state of the engine. */
export class ObjectOnHub {
  readonly #options: ObjectOnHubOptions;
  readonly #total = new KnownTotal();
  #metadata: DistributedScaledObject['metadata'];
  /** The state as it is written. */
  #stored: string | undefined;

  constructor(options: ObjectOnHubOptions, object: DistributedScaledObject) {
    this.#options = options;
    this.#metadata = object.metadata;
    this.sees(object, 0);
  }

  get current(): number {
    return this.#total.current;
  }

  get observed(): number {
    return this.#total.observed;
  }

  get state(): EngineState | undefined {
    return readState(this.#stored);
  }

  /** What a watch has; something older than what was written last is not taken for news. `now` is in milliseconds. */
  sees(object: DistributedScaledObject, now: number): void {
    this.#metadata = object.metadata;
    if (this.#total.sees(object, now)) this.#stored = object.metadata.annotations?.[engineStateAnnotation];
  }

  /** Whether the total is that now; otherwise it is another than it was taken for. Throws KubeError and NotOwned. */
  async write(total: number, signal: AbortSignal): Promise<boolean> {
    const numbers = { from: this.#total.current, to: total };
    const result = await writeTotal(this.#options, this.#metadata, numbers, signal);
    this.#total.wrote(result.scale);
    return result.kind === 'written';
  }

  /** Writes what a restart must not forget, where it is other than what is written. Throws KubeError and NotOwned. */
  async store(state: EngineState, signal: AbortSignal): Promise<void> {
    const text = writeState(state);
    if (text === this.#stored) return;
    const { client, resource, owned } = this.#options;
    if (owned() === undefined) throw new NotOwned();
    const { uid } = this.#metadata;
    const metadata = {
      ...(uid === undefined ? {} : { uid }),
      annotations: { [engineStateAnnotation]: text },
    };
    const options = { metadataOnly: true, signal };
    const written = await client.patch(resource, this.#metadata, 'merge', { metadata }, options);
    this.#stored = text;
    this.#total.touched(written.metadata.resourceVersion);
  }
}
