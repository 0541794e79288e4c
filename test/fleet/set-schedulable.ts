import type { KubeClient } from '../../src/kube/index.ts';

/** Whether pods of new workloads can start on a cluster of one node. */
export async function setSchedulable(client: KubeClient, schedulable: boolean): Promise<void> {
  const nodes = await client.resourceFor({ group: '', version: 'v1', kind: 'Node' });
  const name = (await client.list(nodes)).items[0]?.metadata.name ?? '';
  await client.patch(nodes, { name }, 'merge', { spec: { unschedulable: !schedulable } });
}
