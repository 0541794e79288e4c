import { expect } from 'vitest';
import { resources } from '../../src/kube/index.ts';
import { waitFor } from '../bed/index.ts';
import { deliveredObjects, leftBehind, placeOf } from '../fleet/index.ts';
import { play } from './play.ts';
import { Stage } from './stage.ts';

/** From the README to a fleet, through its life, and to nothing: one page goes on where the one before has ended. */
const stage = Stage.use({ spokes: ['eu-1', 'us-2'] });
/** What must outlive the loss of the hub, by place: who an object is, and how often its spec has changed. */
let onSpokes: Readonly<Record<string, string>>;

play('README.md', stage);
play('docs/install.md', stage);
play('docs/use.md', stage);
play('docs/operate.md', stage, {
  after: {
    'Back up the hub': loseTheHub,
    'Restore the hub': spokesAreAsBefore,
    'Remove a spoke': nothingIsLeft,
    Uninstall: noOperatorRuns,
  },
});

/** As if its machines had burnt: nobody is there any more to remove anything, and the next one has nothing of ours. */
async function loseTheHub(): Promise<void> {
  onSpokes = await installedOnSpokes();
  await stage.shell.run('helm uninstall wheelwright --namespace wheelwright --wait');
  await noOperatorRuns();
  await stage.shell.run(`
    for kind in knativeserving knativeeventing dso clusterprofile; do
      for object in $(kubectl get $kind --all-namespaces -o jsonpath='{range .items[*]}{.metadata.namespace}/{.metadata.name} {end}'); do
        kubectl --namespace "\${object%/*}" patch $kind "\${object#*/}" --type=merge --patch '{"metadata":{"finalizers":null}}'
        kubectl --namespace "\${object%/*}" delete $kind "\${object#*/}"
      done
    done
    kubectl delete namespace fleet knative-serving shop wheelwright
    kubectl delete crd --all`);
}

async function spokesAreAsBefore(): Promise<void> {
  expect(await installedOnSpokes()).toEqual(onSpokes);
}

/** But for the namespace: who may not see what else is in it leaves it. */
async function nothingIsLeft(): Promise<void> {
  const left = await leftBehind(stage.fleet.spoke(0).client);
  expect(left.filter((place) => !place.startsWith('Namespace.'))).toEqual([]);
}

async function noOperatorRuns(): Promise<void> {
  await waitFor('no operator runs', async () => (await stage.pods.running()).length === 0);
}

async function installedOnSpokes(): Promise<Readonly<Record<string, string>>> {
  const [{ client: eu }, { client: us }] = [stage.fleet.spoke(0), stage.fleet.spoke(1)];
  const checkout = { namespace: 'shop', name: 'checkout' };
  const workloads = await Promise.all([eu, us].map((client) => client.get(resources.deployments, checkout)));
  const objects = [
    ...(await deliveredObjects(eu)),
    ...workloads.map((each, index) => ({ ...each, kind: `Workload ${index}` })),
  ];
  return Object.fromEntries(
    objects.map((object) => [placeOf(object), `${object.metadata.uid} ${object.metadata.generation ?? ''}`]),
  );
}
