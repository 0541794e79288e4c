import { systemClock } from '../../src/kube/index.ts';
import { waitFor } from '../bed/index.ts';
import { conditionOf } from '../fleet/index.ts';
import { servingNamespace } from './cast.ts';
import { withLiveRows } from './live-rows.ts';
import { spokeNews, type SpokeRow, spokeTable } from './spoke-rows.ts';
import type { Stage, StageSpoke } from './stage.ts';
import type { Story } from './story.ts';
import { writesOnSpoke } from './writes-on-spoke.ts';

/** Clusters that people have fetch images first. */
const readyMs = 600_000;

interface Installed {
  readonly version: string;
  readonly objects: number;
  readonly seconds: number;
}

/** Creates one KnativeServing for each spoke at once. Resolves with the seconds that each took to be Ready, by spoke. */
export async function install(
  stage: Stage,
  story: Story,
  signal: AbortSignal,
): Promise<Readonly<Record<string, number>>> {
  const { fleet, spokes } = stage;
  await fleet.namespace(servingNamespace);
  const installed = new Map<string, Installed>();
  const startedAt = systemClock.monotonic();
  const elapsed = (): number => (systemClock.monotonic() - startedAt) / 1_000;
  const installing = spokes.map(async ({ spoke, serving }) => {
    await fleet.createServing({ ...serving, profile: spoke.profile });
    const version = await versionWhenReady(stage, serving, signal);
    const seconds = elapsed();
    const objects = (await writesOnSpoke(spoke.client)).size;
    installed.set(spoke.profile, { version, objects, seconds });
  });
  const rows = (): readonly SpokeRow[] =>
    spokes.map((spoke) => rowOf(spoke, installed.get(spoke.spoke.profile), elapsed()));
  await withLiveRows(story, { rows, table: spokeTable, news: spokeNews }, Promise.all(installing));
  return Object.fromEntries([...installed].map(([spoke, { seconds }]) => [spoke, seconds]));
}

async function versionWhenReady(
  { fleet }: Stage,
  serving: StageSpoke['serving'],
  signal: AbortSignal,
): Promise<string> {
  return await waitFor(
    `KnativeServing ${serving.name} is ready`,
    async (saw) => {
      const object = await fleet.serving(serving);
      const ready = conditionOf(object, 'Ready');
      saw(ready?.message ?? 'no condition Ready');
      const { version } = (object['status'] ?? {}) as { readonly version?: string };
      return ready?.status === 'True' ? version : undefined;
    },
    { timeoutMs: readyMs, signal },
  );
}

function rowOf({ spoke, view }: StageSpoke, installed: Installed | undefined, elapsed: number): SpokeRow {
  const { objects, deployments } = view;
  return {
    spoke: spoke.profile,
    version: installed?.version,
    objects: installed?.objects ?? objects,
    deployments,
    ready: installed !== undefined,
    seconds: installed?.seconds ?? elapsed,
  };
}
