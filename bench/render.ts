import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import {
  directorySource,
  type Installation,
  ManifestStore,
  Renderer,
  type RenderedSet,
  serving,
  UrlManifests,
} from '../src/knative/index.ts';
import { systemClock } from '../src/kube/index.ts';
import { knativeServing } from '../test/fleet/index.ts';
import type { Benchmark } from './benchmark.ts';
import { knative, knativeNote } from './knative.ts';
import { machineNote } from './machine.ts';
import { medianOf } from './report.ts';
import { wholeNumber } from './whole-number.ts';

interface RenderFlags {
  readonly runs: number;
}

interface Workshop {
  readonly version: string;
  readonly spec: Readonly<Record<string, unknown>>;
  readonly render: (installation: Installation) => Promise<RenderedSet>;
}

/** Renderings until the engine has compiled what there is to compile. */
const warmUps = 50;
const thousand = 1_000;

export const render: Benchmark<RenderFlags> = {
  name: 'render',
  about: 'one KnativeServing turned into its objects, and the memory that a thousand of them take',
  flags: (command) => command.option('--runs <count>', 'how many renderings', wholeNumber(1, 10_000), 200),
  run: async ({ runs }, tell) => {
    const stop = new AbortController();
    try {
      const workshop = await openWorkshop(stop.signal);
      tell(`render: ${runs} renderings of different specs`);
      await renderDifferent(workshop, 0, warmUps);
      const each = await renderDifferent(workshop, warmUps, runs);
      tell(`render: ${runs} renderings of one spec`);
      const again = await timeEach(alike(workshop, runs), workshop);
      tell(`render: ${thousand} objects of one version and spec`);
      const heap = await heapOfThousand(await openWorkshop(stop.signal));
      return {
        measures: [
          { what: 'a spec not seen before', unit: 'ms', values: each, goal: 20 },
          { what: 'a spec seen before', unit: 'ms', values: again },
          { what: 'heap of one set', unit: 'MB', values: [heap.one] },
          { what: `heap of the sets of ${thousand} objects`, unit: 'MB', values: [heap.thousand] },
        ],
        figures: {
          milliseconds: medianOf(each),
          againMilliseconds: medianOf(again),
          oneMegabytes: medianOf([heap.one]),
          thousandMegabytes: medianOf([heap.thousand]),
        },
        notes: [
          `${await knativeNote()}; its manifests are read once before, and the heap is that of the sets without them`,
          `each spec that was not seen before differs from all others in one setting; ${warmUps} come before the first that counts`,
          machineNote(),
        ],
      };
    } finally {
      stop.abort();
    }
  },
};

/** A renderer that knows no set yet, and that finds all manifests read. */
async function openWorkshop(signal: AbortSignal): Promise<Workshop> {
  const { manifests, version, spec } = await knative();
  const store = new ManifestStore({
    sources: [directorySource(manifests)],
    urls: new UrlManifests({ clock: systemClock, fetch }),
    signal,
  });
  const workshop = (): Workshop => {
    const renderer = new Renderer({ manifests: store });
    const common = { component: serving, version, cluster: undefined };
    return {
      version,
      spec,
      render: (installation) => {
        const namespace = installation.metadata.namespace ?? '';
        return renderer.render({ ...common, installation, namespace }, signal);
      },
    };
  };
  await workshop().render(installationOf('first', spec));
  return workshop();
}

async function renderDifferent(workshop: Workshop, from: number, count: number): Promise<readonly number[]> {
  const installations = Array.from({ length: count }, (_, index) => {
    const gc = { 'max-non-active-revisions': String(from + index) };
    return installationOf(`knative-${from + index}`, { ...workshop.spec, config: { gc } });
  });
  return timeEach(installations, workshop);
}

async function timeEach(
  installations: readonly Installation[],
  workshop: Workshop,
): Promise<readonly number[]> {
  const milliseconds: number[] = [];
  for (const installation of installations) {
    const from = performance.now();
    await workshop.render(installation);
    milliseconds.push(performance.now() - from);
  }
  return milliseconds;
}

function alike({ spec }: Workshop, count: number): readonly Installation[] {
  return Array.from({ length: count }, (_, index) => installationOf(`knative-${index}`, spec));
}

function installationOf(name: string, spec: Readonly<Record<string, unknown>>): Installation {
  const parsed = serving.parse(knativeServing({ name, profile: name, spec }));
  if (!parsed.ok)
    throw new Error(`the benchmark's own KnativeServing is refused: ${JSON.stringify(parsed.problems)}`);
  return parsed.resource;
}

/** All sets are held while the heap is measured. Megabytes. */
async function heapOfThousand(
  workshop: Workshop,
): Promise<{ readonly one: number; readonly thousand: number }> {
  const installations = alike(workshop, thousand);
  const sets: RenderedSet[] = [];
  const before = usedHeap();
  const after: number[] = [];
  for (const installation of installations) {
    sets.push(await workshop.render(installation));
    if (sets.length === 1 || sets.length === thousand) after.push(usedHeap());
  }
  const [one = Number.NaN, all = Number.NaN] = after.map((heap) => (heap - before) / 1e6);
  if (sets.length !== installations.length) throw new Error('not all sets were rendered');
  return { one, thousand: all };
}

function usedHeap(): number {
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  collectGarbage();
  return process.memoryUsage().heapUsed;
}
