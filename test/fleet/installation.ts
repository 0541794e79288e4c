import type { KubeObject, NamespacedName } from '../../src/api/index.ts';
import { NotFoundError, type Resource, resources } from '../../src/kube/index.ts';
import { waitFor } from '../bed/index.ts';
import type { Fleet } from './fleet.ts';
import type { Ground } from './ground.ts';
import { conditionOf, conditionsOf, fleetNamespace, knativeServing, type ServingOptions } from './objects.ts';

export interface ExpectedCondition {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason?: string;
  /** A part of it. */
  readonly message?: string;
}

const kinds = {
  serving: { resource: resources.knativeServings, kind: 'KnativeServing', namespace: 'knative-serving' },
  eventing: { resource: resources.knativeEventings, kind: 'KnativeEventing', namespace: 'knative-eventing' },
} as const;

/** One KnativeServing or KnativeEventing on the hub of a fleet, as its user deals with it. */
export class Installation {
  readonly name: NamespacedName;
  readonly uid: string;
  readonly #fleet: Fleet<Ground>;
  readonly #resource: Resource;

  private constructor(fleet: Fleet<Ground>, resource: Resource, { metadata }: KubeObject) {
    this.#fleet = fleet;
    this.#resource = resource;
    const { namespace, name, uid = '' } = metadata;
    this.name = { namespace, name };
    this.uid = uid;
  }

  /** Creates the object, and its namespace on the hub. A KnativeServing comes with Kourier unless its spec says otherwise. */
  static async create(
    fleet: Fleet<Ground>,
    component: 'serving' | 'eventing',
    options: ServingOptions,
  ): Promise<Installation> {
    const { resource, kind, namespace } = kinds[component];
    const object =
      component === 'serving' ? knativeServing(options) : knativeObject(kind, { namespace, ...options });
    await fleet.namespace(object.metadata.namespace ?? '');
    return new Installation(fleet, resource, await fleet.hub.create(resource, object));
  }

  get(): Promise<KubeObject> {
    return this.#fleet.hub.get(this.#resource, this.name);
  }

  /** Changes fields of the object by a merge patch. */
  async patch(body: Readonly<Record<string, unknown>>): Promise<void> {
    await this.#fleet.hub.patch(this.#resource, this.name, 'merge', body);
  }

  /** Replaces the spec as a whole, but for the cluster that it names, which cannot change. */
  async replaceSpec(spec: Readonly<Record<string, unknown>>): Promise<void> {
    const { clusterProfileRef } = (await this.get())['spec'] as { readonly clusterProfileRef?: unknown };
    const value = { ...spec, ...(clusterProfileRef === undefined ? {} : { clusterProfileRef }) };
    await this.#fleet.hub.patch(this.#resource, this.name, 'json', [{ op: 'replace', path: '/spec', value }]);
  }

  /** Resolves with the object once a pass over its newest generation has left this condition. */
  async waitForCondition(
    { type, status, reason, message }: ExpectedCondition,
    timeoutMs = 60_000,
  ): Promise<KubeObject> {
    const wanted = [status, reason, message].filter((part) => part !== undefined).join(', ');
    return waitFor(
      `${type} of ${this.name.name} is ${wanted}`,
      async (saw) => {
        const object = await this.get();
        saw(conditionsOf(object));
        const found = conditionOf(object, type);
        const { observedGeneration } = (object['status'] ?? {}) as { readonly observedGeneration?: number };
        const holds =
          found?.status === status &&
          (reason === undefined || found.reason === reason) &&
          (message === undefined || found.message?.includes(message) === true);
        const deleting = object.metadata.deletionTimestamp !== undefined;
        return holds && (deleting || observedGeneration === object.metadata.generation) ? object : undefined;
      },
      { timeoutMs },
    );
  }

  waitForReady(timeoutMs?: number): Promise<KubeObject> {
    return this.waitForCondition({ type: 'Ready', status: 'True' }, timeoutMs);
  }

  async delete(): Promise<void> {
    await this.#fleet.hub.delete(this.#resource, this.name);
  }

  async waitForGone(timeoutMs = 60_000): Promise<void> {
    await waitFor(
      `${this.name.name} is gone`,
      async (saw) => {
        try {
          saw(conditionsOf(await this.get()));
          return false;
        } catch (error) {
          return error instanceof NotFoundError;
        }
      },
      { timeoutMs },
    );
  }

  /** The notes of all events about this very object with this reason, in the order of their times. */
  async events(reason: string): Promise<readonly string[]> {
    const { items } = await this.#fleet.hub.list(resources.events, {
      namespace: this.name.namespace,
      fieldSelector: `regarding.uid=${this.uid},reason=${reason}`,
    });
    const sorted = items.toSorted((a, b) => String(a['eventTime']).localeCompare(String(b['eventTime'])));
    return sorted.map((event) => String(event['note']));
  }

  /** Resolves once an event with this reason says something like it. */
  async waitForEvent(reason: string, note: string): Promise<void> {
    await waitFor(`event ${reason} with '${note}'`, async (saw) => {
      const notes = await this.events(reason);
      saw(notes);
      return notes.some((each) => each.includes(note));
    });
  }
}

function knativeObject(kind: string, options: ServingOptions): KubeObject {
  const { name = 'knative', namespace = '', profile, spec = {} } = options;
  return {
    apiVersion: 'operator.knative.dev/v1beta1',
    kind,
    metadata: { name, namespace },
    spec: {
      ...(profile === undefined ? {} : { clusterProfileRef: { name: profile, namespace: fleetNamespace } }),
      ...spec,
    },
  };
}
