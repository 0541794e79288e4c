import { type KubeClient, resources } from '../../src/kube/index.ts';

export interface MetricOptions {
  /** Default `ConfigMap`. */
  readonly kind?: 'ConfigMap' | 'Secret';
  /** Default `default`. */
  readonly namespace?: string;
}

/** A number in a ConfigMap or a Secret, which engines read as a metric. */
export class Metric {
  readonly #hub: KubeClient;
  readonly #name: string;
  readonly #kind: 'ConfigMap' | 'Secret';
  readonly #namespace: string;

  constructor(
    hub: KubeClient,
    name: string,
    { kind = 'ConfigMap', namespace = 'default' }: MetricOptions = {},
  ) {
    this.#hub = hub;
    this.#name = name;
    this.#kind = kind;
    this.#namespace = namespace;
  }

  async set(value: string): Promise<void> {
    const isSecret = this.#kind === 'Secret';
    await this.#hub.apply(
      this.#resource,
      {
        apiVersion: 'v1',
        kind: this.#kind,
        metadata: { name: this.#name, namespace: this.#namespace },
        data: { 'metric-value': isSecret ? Buffer.from(value).toString('base64') : value },
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
    await this.#hub.delete(this.#resource, { namespace: this.#namespace, name: this.#name });
  }

  /** Wants one replica for every 5. */
  trigger(name?: string): object {
    return {
      type: 'kubernetes-resource',
      ...(name === undefined ? {} : { name }),
      metadata: this.metadata,
    };
  }

  /** What says where the number is, and how many replicas it wants. */
  get metadata(): Readonly<Record<string, string>> {
    return {
      resourceKind: this.#kind,
      resourceName: this.#name,
      key: 'metric-value',
      targetValue: '5',
    };
  }

  get #resource(): typeof resources.configMaps {
    return this.#kind === 'Secret' ? resources.secrets : resources.configMaps;
  }
}
