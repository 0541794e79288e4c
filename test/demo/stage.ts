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
  readonly spokes: readonly StageSpoke[];
  readonly kubectl: string | null;
  /** What runs the command line of the bundle. */
  readonly wheelwright: readonly string[];
  startOperator(): Promise<RunningOperator>;
}

/** Throws GoUnavailableError, UsageError, or the signal's reason. */
export async function openStage({ kubeconfigs }: DemoOptions, signal: AbortSignal): Promise<Stage> {
  await using opened = new AsyncDisposableStack();
  const { ground, kubectl } = kubeconfigs === undefined ? await bedGround(signal) : await given(kubeconfigs);
  const fleet = opened.use(await Fleet.on(ground));
  signal.throwIfAborted();
  const bundle = join(ground.directory, 'dist');
  await buildAll(bundle);
  const wheelwright = [process.execPath, join(bundle, 'wheelwright')];
  const operator = await operatorOptions([...wheelwright, 'operator']);
  const spokes: StageSpoke[] = [];
  for (const spoke of fleet.spokes) {
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
    [Symbol.asyncDispose]: () => stage.disposeAsync(),
  };
}

async function bedGround(signal: AbortSignal): Promise<{ readonly ground: Bed; readonly kubectl: string }> {
  const kubectl = await binary('kubectl', { signal });
  const doing =
    'Starting a hub and two spokes: real control planes as processes, in which only containers are simulated';
  const ground = await withProgress({ doing, label: 'bed' }, () =>
    Bed.start({ hub: { controllers: [] }, spokes: 2, signal }),
  );
  return { ground, kubectl };
}

async function given(list: string): Promise<{ readonly ground: Ground; readonly kubectl: string | null }> {
  const ground = await givenGround(list);
  return { ground, kubectl: ground.kubectl };
}

/** The bundle, with Knative's manifests from Go's module cache; without Go it downloads them. */
async function operatorOptions(command: readonly string[]): Promise<StartOptions> {
  const options = { command, detached: true };
  try {
    const [manifests = ''] = await knativeManifestDirectories();
    return { ...options, manifests };
  } catch (error) {
    if (!(error instanceof GoUnavailableError)) throw error;
    return { ...options, manifests: '', flags: ['--download-manifests=true'] };
  }
}
