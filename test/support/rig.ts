import { deepEqual, ok } from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import type { KubeObject } from '../../src/api/index.ts';
import {
  createKubeClient,
  type CredentialSource,
  type Endpoint,
  fixedCredential,
  type KubeClient,
  type KubeClientOptions,
  Reflector,
  type ReflectorOptions,
  resources,
  type StoreChange,
} from '../../src/kube/index.ts';
import { type Authority, createAuthority, issueCertificate, type KeyPair } from '../bed/pki/index.ts';
import { eventually } from './eventually.ts';
import { FakeApiServer, type FakeApiServerOptions, type Features } from './fake-api-server/index.ts';
import { hurriedClock } from './hurried-clock.ts';
import { LeakCensus } from './leak-census.ts';
import { TcpRelay } from './tcp-relay.ts';

export interface RigOptions {
  readonly server?: Omit<FakeApiServerOptions, 'pair'> | undefined;
  readonly features?: Partial<Features> | undefined;
  readonly endpoint?: Partial<Endpoint> | undefined;
  readonly credentials?: CredentialSource | undefined;
  readonly client?: Partial<KubeClientOptions> | undefined;
  readonly reflector?: Partial<ReflectorOptions<KubeObject>> | undefined;
  /** Puts a network that can fail between client and server. */
  readonly relayed?: boolean | undefined;
}

/** Liveness in tests: a silent connection is found within 0.4 s, and a busy machine is not taken for one. */
export const quickPings = { pingIntervalMs: 100, pongTimeoutMs: 300 };

let shared: Promise<Authority> | undefined;
let sharedPair: Promise<KeyPair> | undefined;

/** The authority that signs the servers of all rigs of one test file. */
export function rigAuthority(): Promise<Authority> {
  shared ??= createAuthority('rig', new Date());
  return shared;
}

export async function serverPair(authority?: Authority): Promise<KeyPair> {
  return issueCertificate(
    authority ?? (await rigAuthority()),
    { for: 'server', hosts: ['127.0.0.1', 'localhost', 'kubernetes.default.svc'] },
    new Date(),
  );
}

/** A fake API server with ten ConfigMaps, a client, and a reflector that runs and has synced. */
export class Rig implements AsyncDisposable {
  server: FakeApiServer;
  readonly relay: TcpRelay | undefined;
  readonly client: KubeClient;
  readonly reflector: Reflector<KubeObject>;
  readonly changes: StoreChange<KubeObject>[] = [];
  /** What the reflector complained of. */
  readonly failures: unknown[] = [];
  readonly #options: RigOptions;
  readonly #census: LeakCensus;
  readonly #root = new AbortController();
  /** The reflector's, which outlives all its watches. */
  readonly #life = new AbortController();
  readonly #told = new Map<string, KubeObject>();
  readonly #contradictions: string[] = [];
  #running: Promise<void> | undefined;

  static async start(options: RigOptions = {}): Promise<Rig> {
    const rig = await Rig.startUnsynced(options);
    await rig.reflector.whenSynced(AbortSignal.timeout(10_000));
    return rig;
  }

  /** The same, but the reflector may be far from its first list. */
  static async startUnsynced(options: RigOptions = {}): Promise<Rig> {
    const authority = await rigAuthority();
    sharedPair ??= serverPair();
    const census = new LeakCensus();
    const server = await FakeApiServer.start({ ...options.server, pair: await sharedPair });
    Object.assign(server.features, options.features);
    for (let i = 0; i < 10; i++) server.objects.put(resources.configMaps, configMap(`initial-${i}`));
    const relay = options.relayed === true ? await TcpRelay.start(server.port) : undefined;
    const rig = new Rig({ options, authority, census, server, relay });
    rig.#running = rig.reflector.run(rig.#life.signal);
    return rig;
  }

  private constructor(parts: {
    readonly options: RigOptions;
    readonly authority: Authority;
    readonly census: LeakCensus;
    readonly server: FakeApiServer;
    readonly relay: TcpRelay | undefined;
  }) {
    const { options, authority, census, server, relay } = parts;
    this.#options = options;
    this.#census = census;
    this.server = server;
    this.relay = relay;
    const clock = hurriedClock(20);
    this.client = createKubeClient({
      cluster: 'rig',
      endpoint: {
        server: relay === undefined ? server.url : `https://127.0.0.1:${relay.port}`,
        certificateAuthority: authority.certificate,
        ...options.endpoint,
      },
      credentials: options.credentials ?? fixedCredential({ token: 'rig-token' }),
      clock,
      ...options.client,
    });
    this.reflector = new Reflector({
      client: this.client,
      resource: resources.configMaps,
      project: (object) => object,
      onChange: (change) => this.#hear(change),
      onFailure: (error) => void this.failures.push(error),
      clock,
      ...options.reflector,
    });
  }

  /** Aborts when the rig ends. */
  get signal(): AbortSignal {
    return this.#root.signal;
  }

  put(name: string, data: Readonly<Record<string, string>> = {}): KubeObject {
    return this.server.objects.put(resources.configMaps, configMap(name, data));
  }

  remove(name: string): void {
    this.server.objects.delete(resources.configMaps, `default/${name}`);
  }

  /** Writes, changes and deletes something, so that a watch that lost an event shows it. */
  churn(label: string): void {
    this.put(`${label}-kept`);
    this.put(`${label}-changed`, { a: '1' });
    this.put(`${label}-changed`, { a: '2' });
    this.put(`${label}-gone`);
    this.remove(`${label}-gone`);
  }

  /** Waits until the reflector has what the server has; what it told must add up to the same. */
  async converged(deadlineMs?: number): Promise<void> {
    await eventually(
      () => {
        const held = versions([...this.reflector.store.entries()].map(([, object]) => object));
        deepEqual(held, versions(this.server.objects.list({ resource: resources.configMaps })));
      },
      'convergence',
      deadlineMs,
    );
    deepEqual(this.#contradictions, []);
    deepEqual(versions(this.#told.values()), versions([...this.reflector.store.entries()].map(([, o]) => o)));
  }

  /** A server on the same port with the same objects; by default with a new certificate of the same authority. */
  async restartServer(authority?: Authority): Promise<void> {
    const { port, objects } = this.server;
    await this.server.stop();
    this.server = await FakeApiServer.start({
      ...this.#options.server,
      pair: await serverPair(authority),
      objects,
      port,
    });
    Object.assign(this.server.features, this.#options.features);
  }

  /** The store is the server's state, a watch still brings news, and after closing nothing is left behind. */
  async expectIntact(): Promise<void> {
    this.churn('last');
    await this.converged();
    await this.expectNothingLeft();
  }

  async expectNothingLeft(): Promise<void> {
    // One is what the reflector is doing at the moment.
    ok(
      getEventListeners(this.#life.signal, 'abort').length <= 1,
      'listeners pile up on a signal that lives long',
    );
    await this.#endClient();
    await eventually(() => this.server.sockets.size === 0, 'the end of all connections', 3_000);
    await this.#endServer();
    await this.#census.expectNothingLeft();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#endClient();
    await this.#endServer();
  }

  async #endClient(): Promise<void> {
    this.#root.abort(new Error('the test is over'));
    this.#life.abort(new Error('the test is over'));
    await this.#running;
    await this.client.close();
  }

  async #endServer(): Promise<void> {
    await this.relay?.stop();
    await this.server.stop();
  }

  #hear(change: StoreChange<KubeObject>): void {
    this.changes.push(change);
    if (change.previous !== this.#told.get(change.key))
      this.#contradictions.push(
        `${change.type} ${change.key} names another previous object than was told before`,
      );
    if (change.type === 'delete') this.#told.delete(change.key);
    else this.#told.set(change.key, change.current);
  }
}

export function configMap(name: string, data: Readonly<Record<string, string>> = {}): KubeObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'default' }, data };
}

function versions(objects: Iterable<KubeObject>): Record<string, string> {
  return Object.fromEntries(
    [...objects]
      .map(({ metadata }) => [metadata.name, `${metadata.uid}@${metadata.resourceVersion}`] as const)
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
}
