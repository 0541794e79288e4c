import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { givenClusters } from '../bed/cli/given-clusters.ts';
import { UsageError } from '../bed/cli/usage-error.ts';
import { clusterClient, type Ground } from '../fleet/index.ts';
import { siteCopy } from './site-copy.ts';
import { definitionsOn, occupation, removeTraces } from './traces.ts';

/** Clusters that the user has. It stops by removing from them what the demo has put there. */
export interface GivenGround extends Ground {
  readonly kubectl: string | null;
}

const flag = '--kubeconfigs';

/**
 * The clusters of `hub,spoke,…`. Throws UsageError for files that cannot be used, and for clusters on which the demo
 * could do harm, before anything is written to any of them.
 */
export async function givenGround(list: string): Promise<GivenGround> {
  const given = await givenClusters(list);
  if (given.spokes.length === 0) throw new UsageError(flag, list, 'must name a hub and at least one spoke');
  await using opened = new AsyncDisposableStack();
  const directory = opened.adopt(await mkdtemp(join(tmpdir(), 'wheelwright-demo-')), (path) =>
    rm(path, { recursive: true, force: true }),
  );
  const hub = await siteCopy({ path: given.hub, name: 'hub', directory });
  const spokes = await Promise.all(
    given.spokes.map((path, index) => siteCopy({ path, name: `spoke-${index + 1}`, directory })),
  );
  for (const site of [hub, ...spokes]) {
    const { name, kubeconfig } = site;
    const part = site === hub ? 'hub' : 'member';
    const client = await clusterClient(kubeconfig, name);
    opened.defer(() => client.close());
    const problem = await occupation(client, part);
    if (problem !== undefined) throw new UsageError(flag, list, `${name}: ${problem}`);
    const definitions = await definitionsOn(client);
    opened.defer(() => removeTraces(client, part, definitions));
  }
  const resources = opened.move();
  return { directory, hub, spokes, kubectl: given.kubectl, stop: () => resources.disposeAsync() };
}
