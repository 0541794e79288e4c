import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { Fleet, ReaderShell } from '../fleet/index.ts';
import { OperatorPods } from './operator-pods.ts';

export interface StageOptions {
  /** Contexts of the clusters beside the hub, which is the current one. */
  readonly spokes: readonly string[];
  /** Whether KEDA runs on the hub; default false. */
  readonly keda?: boolean;
}

interface Parts {
  readonly fleet: Fleet;
  readonly shell: ReaderShell;
  readonly pods: OperatorPods;
}

/** What the reader of pages has: clusters without anything on them, and a shell. */
export class Stage {
  #parts: Parts | undefined;

  /** For the tests of a file, from before the first to after the last. */
  static use(options: StageOptions): Stage {
    const stage = new Stage();
    beforeAll(() => stage.#set(options));
    afterAll(() => stage.#clear());
    return stage;
  }

  private constructor() {}

  get fleet(): Fleet {
    return this.#there.fleet;
  }

  get shell(): ReaderShell {
    return this.#there.shell;
  }

  /** What runs of the operator that a page has installed. */
  get pods(): OperatorPods {
    return this.#there.pods;
  }

  get #there(): Parts {
    if (this.#parts === undefined) throw new Error('the stage is there in tests and hooks only');
    return this.#parts;
  }

  async #set({ spokes, keda = false }: StageOptions): Promise<void> {
    const fleet = await Fleet.start({
      spokes: spokes.length,
      profiles: false,
      prepared: false,
      keda,
      // No pod of Knative answers.
      hub: { admissionWebhooks: false },
    });
    const { bed } = fleet;
    const shell = await ReaderShell.open(fleet, { spokes });
    const pods = new OperatorPods(bed.hub, fleet.hub, join(bed.directory, 'pods'));
    this.#parts = { fleet, shell, pods };
  }

  async #clear(): Promise<void> {
    await this.#parts?.pods[Symbol.asyncDispose]();
    await this.#parts?.fleet[Symbol.asyncDispose]();
  }
}
