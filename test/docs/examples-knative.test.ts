import { expect, test } from 'vitest';
import type { KubeObject } from '../../src/api/index.ts';
import { resources } from '../../src/kube/index.ts';
import { addOnsAtHand, minimalDefinition } from '../fleet/index.ts';
import { AllObjects } from './all-objects.ts';
import { bringExamples } from './example-folders.ts';
import { play } from './play.ts';
import { Stage } from './stage.ts';

const clusters = ['eu-1', 'us-2', 'ap-1'];
const stage = Stage.use({ spokes: clusters });
/** Releases up to 1.15 have no ingress by it. */
const hasGatewayApi = (await addOnsAtHand('ingress', ['gateway-api'])).length > 0;
let before: AllObjects;

bringExamples(stage);

play('examples/README.md', stage, {
  after: {
    'What they start from': async () => {
      before = await AllObjects.of(stage.fleet);
    },
  },
});

play('examples/knative-on-a-spoke/README.md', stage);

test('nothing of it is left, before others begin', async () => {
  await expect.poll(() => before.changes(), { timeout: 120_000 }).toEqual([]);
  await provideForOthers();
  before = await AllObjects.of(stage.fleet);
});

play('examples/knative-on-three-clusters/README.md', stage);
play('examples/ingress/README.md', stage, { under: (heading) => heading !== 'Gateway API' || hasGatewayApi });
play('examples/eventing-sources/README.md', stage);

test('nothing of all that is left', async () => {
  await expect.poll(() => before.changes(), { timeout: 120_000 }).toEqual([]);
});

/** Three clusters that the hub knows, and on the first one what ingresses need. */
async function provideForOthers(): Promise<void> {
  const { fleet } = stage;
  for (const [index, profile] of clusters.entries())
    await fleet.register({ ...fleet.spoke(index), profile }, { namespace: 'fleet' });
  const istio = [
    minimalDefinition('networking.istio.io', 'Gateway', ['v1beta1', 'v1alpha3', 'v1']),
    minimalDefinition('security.istio.io', 'PeerAuthentication', ['v1beta1', 'v1']),
  ];
  const gatewayApi = ['Gateway', 'HTTPRoute'].map((kind) =>
    minimalDefinition('gateway.networking.k8s.io', kind, ['v1', 'v1beta1']),
  );
  await Promise.all([...istio, ...gatewayApi].map(define));
  await fleet.namespace('istio-system', fleet.spoke(0).client);
}

async function define(definition: KubeObject): Promise<void> {
  await stage.fleet.spoke(0).client.create(resources.customResourceDefinitions, definition);
}
