import { join } from 'node:path';
import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KubeObject, NamespacedName } from '../../src/api/index.ts';
import { resources } from '../../src/kube/index.ts';
import { knativeManifestDirectories, waitFor } from '../bed/index.ts';
import { builtinProviders, CommandLine, deliveredPlaces, Fleet, placeOf } from '../fleet/index.ts';

let fleet: Fleet;
let name: NamespacedName;

beforeAll(async () => {
  fleet = await Fleet.start();
  await fleet.startOperator();
  name = await fleet.createServing({ profile: fleet.spoke(0).profile });
});

afterAll(async () => {
  await fleet[Symbol.asyncDispose]();
});

describe('Knative Serving on a spoke', () => {
  it('is installed', async () => {
    const ready = await fleet.waitForReady(name);
    expect(
      (ready['status'] as { conditions: { status: string }[] }).conditions.map(({ status }) => status),
    ).not.toContain('Unknown');
  });

  it('is what the command line renders, and differs in nothing', async () => {
    const shell = new CommandLine({ kubeconfig: fleet.bed.hub.kubeconfig, home: fleet.bed.directory });
    const [manifests = ''] = await knativeManifestDirectories();
    const providers = await fleet.writeProviders(builtinProviders);
    const { apiVersion, kind, spec } = (await fleet.serving(name)) as KubeObject & { readonly spec: object };
    const file = join(fleet.bed.directory, 'serving.json');
    await writeFile(file, JSON.stringify({ apiVersion, kind, metadata: name, spec }));
    const of = ['-f', file, '--manifests-dir', manifests];

    const rendered = await shell.wheelwright('render', ...of, '-o', 'json');
    const { items } = JSON.parse(rendered.stdout) as { readonly items: readonly KubeObject[] };
    const delivered = await deliveredPlaces(fleet.spoke(0).client);
    expect(items.map(placeOf)).toEqual(
      expect.arrayContaining(delivered.filter((place) => !place.startsWith('Namespace.'))),
    );
    const difference = await shell.wheelwright('diff', ...of, '--provider-file', providers);
    expect(difference).toMatchObject({ exit: 0, stdout: '' });
    expect(difference.stderr).toContain('no difference');
  });

  it('is mended, and removed without leaving anything', async () => {
    const { client } = fleet.spoke(0);
    const activator = { namespace: 'knative-serving', name: 'activator' };
    const { uid } = (await client.get(resources.deployments, activator)).metadata;
    await client.delete(resources.deployments, activator, { propagation: 'Background' });
    await waitFor(
      'activator is back',
      async () => (await client.get(resources.deployments, activator)).metadata.uid !== uid,
    );
    await fleet.waitForReady(name);

    await fleet.deleteServing(name);
    await fleet.waitForGone(name);
    await expect.poll(() => fleet.leftOn(fleet.spoke(0)), { timeout: 30_000 }).toEqual([]);
  });
});
