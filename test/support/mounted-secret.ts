import type { KubeObject, NamespacedName } from '../../src/api/index.ts';
import { type KubeClient, Reflector, resources } from '../../src/kube/index.ts';
import { MountedDirectory } from './mounted-directory.ts';

/** A Secret in a directory, as the kubelet mounts it into a pod: each key is a file, and follows the Secret. */
export class MountedSecret implements AsyncDisposable {
  readonly #directory: MountedDirectory;
  readonly #stop = new AbortController();
  #written = Promise.resolve();
  #running: Promise<void> | undefined;

  private constructor(directory: MountedDirectory) {
    this.#directory = directory;
  }

  static async mount(
    client: KubeClient,
    { namespace, name }: NamespacedName,
    path: string,
  ): Promise<MountedSecret> {
    const mounted = new MountedSecret(await MountedDirectory.create(path));
    const reflector = new Reflector<KubeObject>({
      client,
      resource: resources.secrets,
      namespace,
      fieldSelector: `metadata.name=${name}`,
      project: (object) => object,
      onChange: (change) => mounted.#write(change.type === 'set' ? change.current : undefined),
    });
    mounted.#running = reflector.run(mounted.#stop.signal);
    await reflector.whenSynced(AbortSignal.timeout(10_000));
    return mounted;
  }

  get path(): string {
    return this.#directory.path;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await Promise.all([this.#running, this.#written]);
  }

  #write(secret: KubeObject | undefined): void {
    const data = (secret?.['data'] ?? {}) as Readonly<Record<string, string>>;
    const files = Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]);
    this.#written = this.#written.then(() =>
      this.#directory.write(Object.fromEntries(files) as Readonly<Record<string, string>>),
    );
  }
}
