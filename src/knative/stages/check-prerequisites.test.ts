import { expect, test } from 'vitest';
import type { GroupVersionKind } from '../../api/index.ts';
import type { Cluster } from '../../clusters/index.ts';
import { NoMatchError } from '../../kube/index.ts';
import { eventing } from '../component.ts';
import { explainFailure } from '../failure.ts';
import type { Pass } from '../pass.ts';
import { KnativeWorld } from '../testing/knative-world.ts';
import { checkPrerequisites } from './check-prerequisites.ts';

const on = { enabled: true };

/** On a cluster that serves these kinds and no others. */
function passOn(served: readonly string[], spec: object): Pass {
  const world = new KnativeWorld();
  const object = world.seed({ spec: { ...spec } });
  const resourceFor = async ({ group, kind }: GroupVersionKind): Promise<unknown> => {
    if (served.includes(kind)) return {};
    throw new NoMatchError(
      { cluster: world.spoke.name, verb: 'get', resource: `${kind}.${group}` },
      { message: `no matches for kind "${kind}"` },
    );
  };
  const client = { resourceFor, invalidateDiscovery: () => undefined };
  return world.pass({ object, cluster: { ...world.spoke, client } as unknown as Cluster });
}

test.each([
  ['without a word about ingress', {}],
  ['with another ingress', { ingress: { kourier: on } }],
  ['with the Gateway API switched off', { ingress: { 'gateway-api': { enabled: false } } }],
])('nothing is asked %s', async (_what, spec) => {
  const pass = passOn([], spec);
  expect(await checkPrerequisites(pass)).toEqual({ pass });
});

test.each([
  [[], 'Gateway'],
  [['Gateway'], 'HTTPRoute'],
])('an ingress by the Gateway API on a cluster with %j wants its definitions', async (served, missing) => {
  const pass = passOn(served, { ingress: { 'gateway-api': on } });
  const thrown: unknown = await checkPrerequisites(pass).catch((error: unknown) => error);
  expect(explainFailure(thrown, pass)).toMatchObject({
    told: {
      outcome: { kind: 'requeue' },
      pass: {
        status: {
          conditions: expect.arrayContaining([
            expect.objectContaining({
              type: 'InstallSucceeded',
              status: 'False',
              message: expect.stringContaining(
                `cluster "fleet/spoke" does not serve ${missing}.gateway.networking.k8s.io. Install the Gateway API CRDs there; it continues by itself.`,
              ),
            }),
          ]),
        },
      },
    },
  });
});

test('and goes on where they are', async () => {
  const pass = passOn(['Gateway', 'HTTPRoute'], { ingress: { 'gateway-api': on } });
  expect(await checkPrerequisites(pass)).toEqual({ pass });
});

test('a KnativeEventing needs nothing', async () => {
  const pass = { ...passOn([], {}), component: eventing };
  expect(await checkPrerequisites(pass)).toEqual({ pass });
});
