import { type KubeClient, resources } from '../../src/kube/index.ts';

/** A number in a ConfigMap of the namespace `default`, which KEDA reads as a metric. */
export class Metric {
  readonly #hub: KubeClient;
  readonly #name: string;

  constructor(hub: KubeClient, name: string) {
    this.#hub = hub;
    this.#name = name;
  }

  async set(value: string): Promise<void> {
    await this.#hub.apply(
      resources.configMaps,
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: this.#name, namespace: 'default' },
        data: { 'metric-value': value },
      },
      { force: true },
    );
  }

  /** Leaves the ConfigMap without its key. */
  async clear(): Promise<void> {
    await this.#hub.patch(resources.configMaps, { namespace: 'default', name: this.#name }, 'merge', {
      data: { 'metric-value': null },
    });
  }

  async remove(): Promise<void> {
    await this.#hub.delete(resources.configMaps, { namespace: 'default', name: this.#name });
  }

  /** Wants one replica for every 5. */
  trigger(name?: string): object {
    return {
      type: 'kubernetes-resource',
      ...(name === undefined ? {} : { name }),
      metadata: {
        resourceKind: 'ConfigMap',
        resourceName: this.#name,
        key: 'metric-value',
        targetValue: '5',
      },
    };
  }
}
