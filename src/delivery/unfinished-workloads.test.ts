import { describe, expect, it } from 'vitest';
import type { DeliveryOwner } from './anchor.ts';
import {
  anchorOf,
  configMap,
  deployment,
  namespace,
  owner,
  rolledOut,
  Scene,
  selector,
  setOf,
} from './testing/scene.ts';
import { unfinishedWorkloads } from './unfinished-workloads.ts';

const [activator, webhook] = [deployment('activator'), deployment('webhook')];
const set = setOf([configMap('config-a'), activator, webhook]);

/** `name: state why` of every workload that is not as it should be. */
async function unfinished({ spoke, signal }: Scene, of: DeliveryOwner = owner): Promise<readonly string[]> {
  const options = { owner: of, cluster: spoke.connection(signal), namespace, selector, signal };
  const waiting = await unfinishedWorkloads(options);
  return waiting.map(({ identity, rollout }) => {
    const why = rollout.state === 'complete' ? '' : (rollout.why ?? '');
    return `${identity.name}: ${rollout.state} ${why}`.trim();
  });
}

describe('workloads of an installation that nothing is delivered for', () => {
  it('are told as they are on the cluster, and nothing is written', async () => {
    using scene = new Scene();
    await scene.deliver(set);
    const before = scene.spoke.calls.length;
    expect(await unfinished(scene)).toEqual(['activator: progressing', 'webhook: progressing']);
    scene.spoke.edit(activator, rolledOut);
    scene.spoke.edit(webhook, rolledOut);
    expect(await unfinished(scene)).toEqual([]);
    expect(scene.spoke.asked(before, /^(?!get|list)/)).toEqual([]);
    expect(scene.spoke.asked(before, /list/)).toEqual(['list deployments.apps ', 'list deployments.apps ']);
  });

  it('are missed when somebody deletes them, or what owns them', async () => {
    using scene = new Scene();
    await scene.deliver(set);
    scene.spoke.edit(webhook, rolledOut);
    scene.spoke.remove(activator);
    expect(await unfinished(scene)).toEqual(['activator: progressing deleted, or without its label']);
    scene.spoke.remove(anchorOf());
    expect(await unfinished(scene)).toEqual([
      'knativeserving-knative-root-owner: progressing does not exist, and owns all others',
    ]);
  });

  it('are those of their owner where the reference operator installed them, which keeps no list', async () => {
    using scene = new Scene();
    const anchor = scene.spoke.seed(anchorOf());
    const of = (uid = ''): object => ({
      metadata: {
        ...activator.metadata,
        ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'a', uid }],
      },
    });
    scene.spoke.seed({ ...activator, ...of(anchor.metadata.uid) });
    scene.spoke.seed(webhook);
    expect(await unfinished(scene)).toEqual(['activator: progressing']);
    scene.spoke.seed({ ...activator, ...of(owner.uid) });
    expect(await unfinished(scene, { ...owner, sameCluster: true })).toEqual(['activator: progressing']);
  });
});
