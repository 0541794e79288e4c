import type { DistributedScaledObject } from '../../../../api/index.ts';
import type { KubeClient, Resource } from '../../../../kube/index.ts';
import { engineStateAnnotation } from '../../engine-state-annotation.ts';
import { type EngineState, readState, writeState } from './engine-state.ts';
import { KnownTotal } from './known-total.ts';
import { writeTotal } from './write-total.ts';

/** One object as the hub has it, and what is written of it there: its total and the state of the engine. */
export class ObjectOnHub {
  readonly #client: KubeClient;
  readonly #resource: Resource;
  readonly #total = new KnownTotal();
  #metadata: DistributedScaledObject['metadata'];
  /** The state as it is written. */
  #stored: string | undefined;

  constructor(client: KubeClient, resource: Resource, object: DistributedScaledObject) {
    this.#client = client;
    this.#resource = resource;
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

  /** Whether the total is that now; otherwise it is another than it was taken for. Throws KubeError. */
  async write(total: number, signal: AbortSignal): Promise<boolean> {
    const numbers = { from: this.#total.current, to: total };
    const result = await writeTotal(this.#client, this.#resource, this.#metadata, numbers, signal);
    this.#total.wrote(result.scale);
    return result.kind === 'written';
  }

  /** Writes what a restart must not forget, where it is other than what is written. Throws KubeError. */
  async store(state: EngineState, signal: AbortSignal): Promise<void> {
    const text = writeState(state);
    if (text === this.#stored) return;
    const { uid } = this.#metadata;
    const metadata = {
      ...(uid === undefined ? {} : { uid }),
      annotations: { [engineStateAnnotation]: text },
    };
    const options = { metadataOnly: true, signal };
    const written = await this.#client.patch(this.#resource, this.#metadata, 'merge', { metadata }, options);
    this.#stored = text;
    this.#total.touched(written.metadata.resourceVersion);
  }
}
