import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type KubeObject, objectKey } from '../../src/api/index.ts';
import { type KubeClient, Reflector, type Resource, resources } from '../../src/kube/index.ts';
import { type Fleet, witnessFleets } from './fleet.ts';
import type { Ground } from './ground.ts';
import { type KnownSecrets, knownSecrets } from './known-secrets.ts';
import { startedOperators } from './operator-process.ts';

/** A cluster that does not answer any more has told what it had to tell. */
const lastLookMs = 2_000;

/**
 * Follows all Secrets, Events and statuses of the fleets of this process while they last, and finds what of their secrets
 * is told by events, statuses, or the output of operators. It reads every Secret: for fleets of tests only.
 */
export class SecrecyGuard {
  readonly #secrets: KnownSecrets = knownSecrets;
  /** What was told, by where. */
  readonly #told = new Map<string, Set<string>>();
  readonly #concluded = new Set<string>();
  readonly #watching = new Set<FleetWatch>();

  /** From now on; fleets of before are not looked at. */
  static start(): SecrecyGuard {
    const guard = new SecrecyGuard();
    witnessFleets((fleet) => {
      const watch = new FleetWatch(fleet, (object, cluster) => guard.#note(object, cluster));
      guard.#watching.add(watch);
      return watch;
    });
    return guard;
  }

  private constructor() {}

  /** What was found where, but for what was found the last time. What still lasts is looked at up to now. */
  async conclude(): Promise<readonly string[]> {
    await Promise.all([...this.#watching].map((watch) => watch.lookOnce()));
    for (const [index, operator] of startedOperators().entries()) {
      this.#tell(`the output of operator ${index + 1}`, operator.output);
    }
    const found = [...this.#told].flatMap(([place, texts]) =>
      this.#secrets.foundIn([...texts].join('\n')).map((what) => `${what} in ${place}`),
    );
    const news = found.filter((each) => !this.#concluded.has(each));
    for (const each of news) this.#concluded.add(each);
    return news;
  }

  #note(object: KubeObject, cluster: string): void {
    const place = `${objectKey(object.metadata)} of ${cluster}`;
    if (object.kind === 'Secret') {
      this.#secrets.noteSecret(place, object['data'] as Readonly<Record<string, string>> | undefined);
    } else if (object.kind === 'Event') {
      this.#tell(`the events of ${cluster}`, JSON.stringify(object));
    } else {
      this.#tell(`the status of ${object.kind} ${place}`, JSON.stringify(object['status'] ?? {}));
    }
  }

  #tell(place: string, text: string): void {
    this.#told.set(place, (this.#told.get(place) ?? new Set()).add(text));
  }
}

type Note = (object: KubeObject, cluster: string) => void;

/** Follows one fleet from its first object to its last. */
class FleetWatch implements AsyncDisposable {
  readonly #fleet: Fleet<Ground>;
  readonly #note: Note;
  readonly #stop = new AbortController();
  readonly #running: Promise<unknown>;
  #ended: Promise<void> | undefined;

  constructor(fleet: Fleet<Ground>, note: Note) {
    this.#fleet = fleet;
    this.#note = note;
    this.#running = Promise.all(this.#followed().map((one) => this.#follow(one)));
  }

  /** What there is now, and what lies in the files of its clusters. */
  async lookOnce(): Promise<void> {
    await (this.#ended ?? this.#look());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended ??= this.#end();
    await this.#ended;
  }

  async #end(): Promise<void> {
    await this.#look();
    this.#stop.abort();
    await this.#running;
  }

  async #look(): Promise<void> {
    const { hub, spokes } = this.#fleet.bed;
    const directories = [hub, ...spokes].map(({ kubeconfig }) => dirname(kubeconfig));
    await Promise.all([
      ...directories.map(noteFiles),
      ...this.#followed().map(async ({ client, resource }) => {
        const { items } = await client
          .list(resource, { signal: AbortSignal.timeout(lastLookMs) })
          .catch(() => ({ items: [] }));
        for (const item of items) this.#note({ ...item, kind: resource.kind }, client.cluster);
      }),
    ]);
  }

  #followed(): readonly { readonly client: KubeClient; readonly resource: Resource }[] {
    const { hub, spokes } = this.#fleet;
    const { secrets, events, knativeServings, knativeEventings } = resources;
    return [
      ...[secrets, events, knativeServings, knativeEventings].map((resource) => ({ client: hub, resource })),
      ...spokes.flatMap(({ client }) => [secrets, events].map((resource) => ({ client, resource }))),
    ];
  }

  async #follow({
    client,
    resource,
  }: {
    readonly client: KubeClient;
    readonly resource: Resource;
  }): Promise<void> {
    const reflector = new Reflector<KubeObject>({
      client,
      resource,
      project: (object) => object,
      onChange: (change) => {
        if (change.type === 'set') this.#note({ ...change.current, kind: resource.kind }, client.cluster);
      },
    });
    await reflector.run(this.#stop.signal);
  }
}

/** Credentials that are in no Secret: those of administrators and of the operator itself. */
async function noteFiles(directory: string): Promise<void> {
  const names = await readdir(directory, { recursive: true }).catch(() => []);
  for (const name of names.filter((each) => each.endsWith('.kubeconfig') || each.endsWith('.key'))) {
    const text = await readFile(join(directory, name), 'utf8').catch(() => '');
    knownSecrets.note(name, text);
  }
}
