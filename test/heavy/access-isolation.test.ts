import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Reflector, resources } from '../../src/kube/index.ts';
import { waitFor } from '../bed/index.ts';
import {
  conditionOf,
  Fleet,
  kubeconfigSecret,
  type RunningOperator,
  SimulatedSpokes,
} from '../fleet/index.ts';
import { BlackHole } from '../support/black-hole.ts';

/** Some to warm up, then as many without black holes among them as with them. */
const [warm, part] = [10, 20];
/** The default of `--workers`. */
const workers = 32;
/** More than twice as many: whatever waits for them in turn waits for long. */
const holes = Array.from({ length: 80 }, (_, index) => `black-hole-${index}`);

let fleet: Fleet;
let spokes: SimulatedSpokes;
let hole: BlackHole;
let operator: RunningOperator;
/** When each object became ready, in milliseconds on this machine's clock. */
const readyAt = new Map<string, number>();
const stop = new AbortController();
let watching: Promise<void>;

beforeAll(async () => {
  fleet = await Fleet.start({ spokes: 0 });
  const served = await fleet.hub.resources();
  const builtIn = served.filter(({ group }) => !/knative|multicluster|wheelwright/.test(group));
  spokes = await SimulatedSpokes.start({ count: warm + 2 * part, resources: builtIn });
  hole = await BlackHole.open();
  watching = new Reflector({
    client: fleet.hub,
    resource: resources.knativeServings,
    project: (object) => conditionOf(object, 'Ready')?.status === 'True',
    onChange: (change) => {
      if (change.type === 'set' && change.current && !readyAt.has(change.key))
        readyAt.set(change.key, performance.now());
    },
  }).run(stop.signal);
  await Promise.all(spokes.ports.map((port, index) => offer(`simulated-${index}`, port)));
  for (const name of holes) await offer(name, hole.port);
  const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
  const collecting = ['--expose-gc', `--import=${path('../fleet/collect-on-signal.mjs')}`];
  operator = await fleet.startOperator({
    command: [process.execPath, ...collecting, path('../../src/main.ts'), 'operator'],
  });
});

afterAll(async () => {
  stop.abort();
  await watching;
  await fleet[Symbol.asyncDispose]();
  await spokes[Symbol.asyncDispose]();
  await hole.close();
});

async function offer(name: string, port: number): Promise<void> {
  const kubeconfig = {
    apiVersion: 'v1',
    kind: 'Config',
    users: [{ name, user: { token: 'anything-goes' } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    'current-context': name,
  };
  await fleet.put(resources.secrets, kubeconfigSecret(name, JSON.stringify(kubeconfig)));
  const { certificateAuthority } = spokes;
  await fleet.putProfile({ name, server: `https://127.0.0.1:${port}`, certificateAuthority });
}

/** Installs on so many spokes at once; milliseconds from the creation of each object to its readiness. */
async function install(first: number, count: number): Promise<readonly number[]> {
  const objects = Array.from({ length: count }, (_, index) => `simulated-${first + index}`);
  const createdAt = new Map<string, number>();
  await Promise.all(
    objects.map(async (namespace) => {
      createdAt.set(namespace, performance.now());
      await fleet.createServing({ namespace, profile: namespace });
    }),
  );
  const ready = (namespace: string): number | undefined => readyAt.get(`${namespace}/knative`);
  await waitFor(
    'all are ready',
    (saw) => {
      const missing = objects.filter((namespace) => ready(namespace) === undefined);
      saw(missing);
      return missing.length === 0;
    },
    { timeoutMs: 60_000 },
  );
  return objects.map((namespace) => (ready(namespace) ?? 0) - (createdAt.get(namespace) ?? 0));
}

/** What the operator holds when its garbage is gone, in bytes. */
async function held(): Promise<number> {
  const collections = (): readonly number[] =>
    operator.process.log.flatMap(({ msg, heldBytes }) =>
      msg === 'garbage collected' ? [Number(heldBytes)] : [],
    );
  const before = collections().length;
  process.kill(operator.process.pid, 'SIGUSR2');
  return waitFor('the garbage is collected', () => collections()[before]);
}

function p95(milliseconds: readonly number[]): number {
  const sorted = milliseconds.toSorted((a, b) => a - b);
  return Math.round(sorted[Math.ceil(sorted.length * 0.95) - 1] ?? 0);
}

describe('a fleet of fifty spokes', () => {
  test('is installed on while more spokes than there are workers swallow every packet', async () => {
    await install(0, warm);
    const without = p95(await install(warm, part));
    const before = await held();

    await Promise.all(holes.map((name) => fleet.createServing({ namespace: name, profile: name })));
    // An attempt to connect takes ten seconds until it is given up, and no worker waits for that.
    await waitFor('more black holes are tried at once than there are workers', () => hole.open > workers);
    const took = await install(warm + part, part);
    expect(took).toHaveLength(part);
    const perSpoke = Math.round(((await held()) - before) / part / 1024);
    process.stdout.write(
      `p95 to Ready: ${without} ms without black holes, ${p95(took)} ms with ${holes.length}; ${perSpoke} KiB held per idle spoke\n`,
    );
  });

  test('has one connection for calls and one for watches on each', async () => {
    const open = await waitFor('connections come to rest', async (saw) => {
      const open = await spokes.openConnections();
      saw(open);
      return open.every((count) => count <= 2) ? open : undefined;
    });
    expect(open.every((count) => count > 0)).toBe(true);
  });

  test('tells of the black holes, and of nothing else', async () => {
    for (const namespace of holes) {
      const name = { namespace, name: 'knative' };
      await fleet.waitForCondition(name, 'TargetClusterResolved', 'False', 'RemoteClientCreationFailed');
    }
    const { items } = await fleet.hub.list(resources.knativeServings);
    const unready = items.filter((object) => conditionOf(object, 'Ready')?.status !== 'True');
    expect(new Set(unready.map(({ metadata }) => metadata.namespace))).toEqual(new Set(holes));
  });
});
