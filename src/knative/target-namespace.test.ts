import { expect, test } from 'vitest';
import type { NamespacedName } from '../api/index.ts';
import type { Cluster } from '../clusters/index.ts';
import { NotFoundError, type Resource } from '../kube/index.ts';
import { KnativeWorld } from './testing/knative-world.ts';
import { targetNamespace } from './target-namespace.ts';

/** Where an object of namespace `team` goes, by a rule, on a cluster with an anchor of its name in some namespaces. */
async function goesTo(rule: string, status: object, anchors: readonly string[]): Promise<string> {
  const world = new KnativeWorld();
  const object = world.seed({ status: { ...status } });
  Object.assign(world.services, { spokeNamespace: rule });
  const get = async (resource: Resource, { namespace = '', name }: NamespacedName): Promise<unknown> => {
    if (name === 'knativeserving-knative-root-owner' && anchors.includes(namespace)) return {};
    const context = { cluster: world.spoke.name, verb: 'get', resource: resource.plural };
    throw new NotFoundError(context, { message: 'not found', httpStatus: 404 });
  };
  const cluster = { ...world.spoke, client: { get } } as unknown as Cluster;
  return targetNamespace(world.pass({ object }), cluster);
}

const byReference = { version: '1.15.2', manifests: ['/var/run/ko/knative-serving/1.15.2'] };
const recorded = { ...byReference, target: { namespace: 'elsewhere' } };

test.each([
  ['a new object by the rule', 'same', {}, ['knative-serving'], 'team'],
  ['a new object by the other rule', 'canonical', {}, ['team'], 'knative-serving'],
  ['what stays where it is', 'same', recorded, ['team'], 'elsewhere'],
  ['what the reference operator installed by the same rule', 'same', byReference, ['team'], 'team'],
  ['and by the other one', 'same', byReference, ['knative-serving'], 'knative-serving'],
  ['and the other way round', 'canonical', byReference, ['team'], 'team'],
  ['what it installed and somebody deleted', 'canonical', byReference, [], 'knative-serving'],
])('%s (%s)', async (_what, rule, status, anchors, namespace) => {
  expect(await goesTo(rule, status, anchors)).toBe(namespace);
});
