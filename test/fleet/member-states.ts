import type { KubeObject } from '../../src/api/index.ts';
import { resources } from '../../src/kube/index.ts';
import { clusterClient } from './cluster-client.ts';
import type { Fleet } from './fleet.ts';
import { clustersOf } from './member-statuses.ts';
import { fleetNamespace } from './objects.ts';

/** Every state that the status tells of a member, also those that are soon over. */
export class MemberStates implements AsyncDisposable {
  readonly #over = new AbortController();
  readonly #seen = new Set<string | undefined>();
  #watching: Promise<unknown> | undefined;

  /** Resolves once it listens. */
  static async watch({ bed }: Pick<Fleet, 'bed'>, member: string): Promise<MemberStates> {
    const states = new MemberStates();
    const client = await clusterClient(bed.hub.kubeconfig, 'hub');
    const open = Promise.withResolvers<void>();
    const listening = async (): Promise<void> => {
      try {
        await client.watch(
          resources.kedifyConfigurations,
          { namespace: fleetNamespace, sendInitialEvents: true, onOpen: () => open.resolve() },
          ({ type, object }) => {
            if (type !== 'BOOKMARK')
              states.#seen.add(clustersOf(object as unknown as KubeObject)[member]?.state);
          },
          states.#over.signal,
        );
      } catch {
        // Who looks at what was seen finds out.
      } finally {
        await client.close();
      }
    };
    states.#watching = listening();
    await Promise.race([open.promise, states.#watching]);
    return states;
  }

  get seen(): ReadonlySet<string | undefined> {
    return this.#seen;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#over.abort();
    await this.#watching;
  }
}
