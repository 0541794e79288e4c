import { describe, expect, it } from 'vitest';
import { ForbiddenError } from '../kube/index.ts';
import { anchorAnnotations, type DeliveryOwner } from './anchor.ts';
import { inspectDelivery, type InspectedObject } from './inspect-delivery.ts';
import {
  anchorOf,
  clusterRole,
  configMap,
  deployment,
  fieldManager,
  namespace,
  object,
  owner,
  rolledOut,
  Scene,
  selector,
  setOf,
} from './testing/scene.ts';

const [activator, webhook] = [deployment('activator'), deployment('webhook')];
const role = clusterRole('admin');
const config = configMap('config-a');
const set = setOf([config, role, activator, webhook]);

async function delivered(scene: Scene): Promise<void> {
  await scene.deliver(set);
  for (const workload of [activator, webhook]) scene.spoke.edit(workload, rolledOut);
  await scene.deliver(set);
}

function inspect({ spoke, signal }: Scene, of: DeliveryOwner = owner) {
  const cluster = spoke.connection(signal);
  return inspectDelivery({ owner: of, cluster, namespace, selector, fieldManager, yielded: [], signal });
}

/** By name, what is not as it was applied; `all` the names. */
async function odd(scene: Scene): Promise<readonly string[]> {
  const found = await inspect(scene);
  if (found.anchor !== 'own') return [found.anchor];
  return found.objects.flatMap((one) => {
    const is = say(one);
    return is === 'asApplied complete' || is === 'asApplied' ? [] : [`${one.identity.name} ${is}`];
  });
}

function say(one: InspectedObject): string {
  const rollout = 'rollout' in one ? (one.rollout?.state ?? '') : '';
  const by = one.state === 'changed' ? (one.by ?? '') : '';
  return [one.state, by, rollout].filter(Boolean).join(' ');
}

describe('what a delivery has on its cluster', () => {
  it('is told object by object, and nothing is written', async () => {
    using scene = new Scene();
    await delivered(scene);
    const before = scene.spoke.calls.length;
    const found = await inspect(scene);
    const names = found.anchor === 'own' ? found.objects.map(({ identity }) => identity.name) : [];
    expect(names.toSorted()).toEqual(['activator', 'admin', 'config-a', namespace, 'webhook']);
    expect(await odd(scene)).toEqual([]);
    expect(scene.spoke.asked(before, /^(?!get|list)/)).toEqual([]);
  });

  it('is drift as soon as somebody touches what was applied, and not what nobody applied', async () => {
    using scene = new Scene();
    await delivered(scene);
    scene.spoke.edit(config, { data: { a: 'changed' } });
    scene.spoke.edit(role, { metadata: { annotations: { note: 'of somebody' } } });
    scene.spoke.remove(activator);
    expect((await odd(scene)).toSorted()).toEqual([
      'activator missing',
      expect.stringMatching(/^config-a changed/),
    ]);
  });

  it('tells how far workloads are', async () => {
    using scene = new Scene();
    await delivered(scene);
    scene.spoke.edit(activator, { status: { availableReplicas: 0 } });
    expect(await odd(scene)).toEqual(['activator asApplied progressing']);
  });

  it('has what is listed and not applied yet, and what runs once', async () => {
    using scene = new Scene();
    await delivered(scene);
    const list = [
      'v1 ConfigMap knative-serving/late 000000000000 -',
      'batch/v1 Job knative-serving/migrate 000000000000 000000000000',
      'example.com/v1 Odd /gone 000000000000 000000000000',
      'apps/v1 Deployment knative-serving/shared 000000000000 none left-to:team%2Fa@12,%@34',
    ].join('\n');
    scene.spoke.edit(anchorOf(), { data: { inventory: list } });
    scene.spoke.seed(object('apps/v1', 'Deployment', 'shared', { where: namespace, ...rolledOut }));
    const found = await inspect(scene);
    expect(found).toMatchObject({
      anchor: 'own',
      objects: [
        { identity: { name: 'late' }, state: 'notApplied' },
        { identity: { name: 'migrate' }, state: 'appliedOnce' },
        { identity: { name: 'gone' }, state: 'missing' },
        { identity: { name: 'shared' }, state: 'asApplied', leftTo: ['team/a', '%'] },
      ],
    });
  });

  it('may be hidden in part', async () => {
    using scene = new Scene();
    await delivered(scene);
    scene.spoke.before = ({ verb, resource }) => {
      if (verb !== 'list' || resource !== 'deployments.apps') return;
      throw new ForbiddenError({ cluster: 'spoke', verb, resource }, { message: 'you may not' });
    };
    expect((await odd(scene)).toSorted()).toEqual(['activator unseen', 'webhook unseen']);
  });

  it('is not told by an anchor that is not there, lists nothing, or is of somebody else', async () => {
    using scene = new Scene();
    expect(await inspect(scene)).toEqual({ anchor: 'absent' });
    scene.spoke.seed(anchorOf());
    expect(await inspect(scene)).toEqual({ anchor: 'unlisted' });
    scene.spoke.edit(anchorOf(), {
      metadata: { annotations: { [anchorAnnotations.ownerUid]: 'another' } },
    });
    expect(await inspect(scene)).toEqual({ anchor: 'foreign' });
  });
});
