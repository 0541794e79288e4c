import { join } from 'node:path';
import { buildAll } from '../../scripts/build.ts';
import type { NamespacedName } from '../../src/api/index.ts';
import { Bed, binary, GoUnavailableError, knativeManifestDirectories } from '../bed/index.ts';
import { withProgress } from '../bed/builds/progress.ts';
import {
  Fleet,
  type Ground,
  type RunningOperator,
  type Spoke,
  type Site,
  type StartOptions,
} from '../fleet/index.ts';
import { servingNamespace } from './cast.ts';
import { givenGround } from './given-ground.ts';
import type { DemoOptions } from './options.ts';
import { SpokeView } from './spoke-view.ts';

/** One spoke of the demo: how to reach it, what is on it, and the object on the hub that is about it. */
export interface StageSpoke {
  readonly spoke: Spoke<Site>;
  readonly view: SpokeView;
  readonly serving: NamespacedName & { readonly namespace: string };
}

/** Everything the demo is played on. It ends its processes and removes its files. */
export interface Stage extends AsyncDisposable {
  readonly fleet: Fleet<Ground>;
  /** Those that get Knative; all spokes of the fleet are members. */
  readonly spokes: readonly StageSpoke[];
  readonly kubectl: string | null;
  /** What runs the command line of the bundle. */
  readonly wheelwright: readonly string[];
  startOperator(): Promise<RunningOperator>;
  /** Stops the API server of a spoke in the middle of what it does; what it resolves with lets it go on. Undefined where clusters are given. */
  readonly hang: ((cluster: Site) => Promise<() => Promise<void>>) | undefined;
}

/** More would show nothing new, and take longer. */
const spokesWithKnative = 2;

/** Throws GoUnavailableError, UsageError, or the signal's reason. */
export async function openStage({ kubeconfigs }: DemoOptions, signal: AbortSignal): Promise<Stage> {
  await using opened = new AsyncDisposableStack();
  const { ground, kubectl, hang } =
    kubeconfigs === undefined ? await bedGround(signal) : await given(kubeconfigs);
  const fleet = opened.use(await Fleet.on(ground));
  signal.throwIfAborted();
  const bundle = join(ground.directory, 'dist');
  await buildAll(bundle);
  const wheelwright = [process.execPath, join(bundle, 'wheelwright')];
  const operator = await operatorOptions([...wheelwright, 'operator']);
  const spokes: StageSpoke[] = [];
  for (const spoke of hang === undefined ? fleet.spokes : fleet.spokes.slice(0, spokesWithKnative)) {
    const view = opened.use(await SpokeView.open(spoke.client, signal));
    spokes.push({ spoke, view, serving: { namespace: servingNamespace, name: spoke.profile } });
  }
  const stage = opened.move();
  return {
    fleet,
    spokes,
    kubectl,
    wheelwright,
    startOperator: () => fleet.startOperator(operator),
    hang,
    [Symbol.asyncDispose]: () => stage.disposeAsync(),
  };
}

interface Opened {
  readonly ground: Ground;
  readonly kubectl: string | null;
  readonly hang: Stage['hang'];
}

async function bedGround(signal: AbortSignal): Promise<Opened> {
  const kubectl = await binary('kubectl', { signal });
  const doing =
    'Starting a hub and three spokes: real control planes as processes, in which only containers are simulated';
  const ground = await withProgress({ doing, label: 'bed' }, () =>
    Bed.start({ hub: { controllers: [] }, spokes: 3, signal }),
  );
  const hang = async ({ name }: Site): Promise<() => Promise<void>> => {
    const cluster = ground.spokes.find((spoke) => spoke.name === name);
    await cluster?.freeze('kube-apiserver');
    return async () => cluster?.thaw('kube-apiserver');
  };
  return { ground, kubectl, hang };
}

async function given(list: string): Promise<Opened> {
  const ground = await givenGround(list);
  return { ground, kubectl: ground.kubectl, hang: undefined };
}

/** The bundle, with Knative's manifests from Go's module cache; without Go it downloads them. */
async function operatorOptions(command: readonly string[]): Promise<StartOptions> {
  const options = { command, detached: true, flags: ['--enable-dso=true', '--scaling-engine=builtin'] };
  try {
    const [manifests = ''] = await knativeManifestDirectories();
    return { ...options, manifests };
  } catch (error) {
    if (!(error instanceof GoUnavailableError)) throw error;
    return { ...options, manifests: '', flags: [...options.flags, '--download-manifests=true'] };
  }
}
