import { expect, test } from 'vitest';
import type { KubeObject } from '../../api/index.ts';
import { gatherWorkload } from './gather-workload.ts';
import type { HubReference, HubSight } from './hub-sight.ts';

const reference = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'team', name: 'web' };

function object(kind: string, name: string, rest: Readonly<Record<string, unknown>> = {}): KubeObject {
  const apiVersion = kind === 'Deployment' ? 'apps/v1' : 'v1';
  return { apiVersion, kind, metadata: { namespace: 'team', name, uid: `${kind}-${name}` }, ...rest };
}

function web(pod: Readonly<Record<string, unknown>>): KubeObject {
  return object('Deployment', 'web', { spec: { replicas: 0, template: { spec: pod } } });
}

/** Everything else is absent. */
function hub(objects: readonly KubeObject[], others: Readonly<Record<string, HubSight>> = {}) {
  return ({ kind, name }: HubReference): HubSight => {
    const found = objects.find((each) => each.kind === kind && each.metadata.name === name);
    if (found !== undefined) return { seen: 'object', object: found };
    return others[`${kind} ${name}`] ?? { seen: 'absence' };
  };
}

const mounting = web({
  volumes: [{ configMap: { name: 'settings' } }, { secret: { secretName: 'words', optional: true } }],
});

test('is complete with all that there is', () => {
  const settings = object('ConfigMap', 'settings');
  const gathering = gatherWorkload(reference, hub([mounting, settings]));
  expect(gathering).toMatchObject({ state: 'gathered', gathered: { needed: [settings], notes: [] } });
  expect(gathering.follows.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
    'Deployment web',
    'ConfigMap settings',
    'Secret words',
  ]);
});

test('waits for what nobody has looked at yet, and follows it', () => {
  expect(gatherWorkload(reference, () => ({ seen: 'nothing' }))).toEqual({
    state: 'waiting',
    follows: [reference],
  });
  const gathering = gatherWorkload(reference, hub([mounting], { 'ConfigMap settings': { seen: 'nothing' } }));
  expect(gathering.state).toBe('waiting');
  expect(gathering.follows).toHaveLength(3);
});

test.each<[string, ReturnType<typeof hub>, string]>([
  ['there is no workload', hub([]), 'Deployment team/web is not on the hub'],
  [
    'pods could not start',
    hub([mounting]),
    'ConfigMap team/settings, which its pods need, is not on the hub',
  ],
  [
    'something may not be read',
    hub([mounting], { 'ConfigMap settings': { seen: 'failure', why: 'forbidden' } }),
    'forbidden',
  ],
  [
    'it has no pods',
    hub([object('Deployment', 'web', { spec: {} })]),
    'Deployment team/web of the hub has no pod template',
  ],
])('holds everything where %s', (_what, sightOf, why) => {
  expect(gatherWorkload(reference, sightOf)).toMatchObject({ state: 'held', why });
});

test('a token of the hub stays there', () => {
  const token = object('Secret', 'words', { type: 'kubernetes.io/service-account-token' });
  const gathering = gatherWorkload(reference, hub([mounting, object('ConfigMap', 'settings'), token]));
  expect(gathering).toMatchObject({
    state: 'gathered',
    gathered: {
      needed: [{ kind: 'ConfigMap' }],
      notes: ['Secret team/words is a token of the hub and does not go along'],
    },
  });
});

test('an account brings its pull secrets along', () => {
  const account = object('ServiceAccount', 'runner', { imagePullSecrets: [{ name: 'registry' }] });
  const registry = object('Secret', 'registry');
  const gathering = gatherWorkload(
    reference,
    hub([web({ serviceAccountName: 'runner' }), account, registry]),
  );
  expect(gathering).toMatchObject({ state: 'gathered', gathered: { needed: [account, registry] } });
});
