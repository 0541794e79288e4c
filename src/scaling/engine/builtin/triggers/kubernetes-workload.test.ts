import { beforeEach, describe, expect, it } from 'vitest';
import { ForbiddenError } from '../../../../kube/index.ts';
import { ScaleHub } from '../testing/scale-hub.ts';
import { sourceOf } from '../testing/trigger-source.ts';
import { kubernetesWorkload } from './kubernetes-workload.ts';
import type { Reading } from './trigger.ts';

const { signal } = new AbortController();
let hub: ScaleHub;

beforeEach(() => {
  hub = new ScaleHub();
  const pod = (name: string, app: string, phase: string, nodeName?: string) =>
    hub.put({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { namespace: 'shop', name, labels: { app } },
      spec: { nodeName },
      status: { phase },
    });
  pod('a', 'queue', 'Running', 'one');
  pod('b', 'queue', 'Running', 'one');
  pod('c', 'queue', 'Pending');
  pod('d', 'queue', 'Succeeded', 'two');
  pod('e', 'queue', 'Failed', 'two');
  pod('f', 'other', 'Running', 'two');
});

function read(changes: Readonly<Record<string, string>> = {}): Promise<Reading> {
  return kubernetesWorkload(sourceOf({ podSelector: 'app=queue', value: '2', ...changes }), hub.client).read(
    '',
    signal,
  );
}

describe('the trigger kubernetes-workload', () => {
  it('counts pods that have not ended, or their nodes', async () => {
    expect(await read()).toEqual({ value: 3, isActive: true });
    expect(await read({ groupByNode: 'true' })).toEqual({ value: 1, isActive: true });
    expect(await read({ activationValue: '3' })).toEqual({ value: 3, isActive: false });
  });

  it('tells when pods cannot be listed', async () => {
    hub.failures.set(
      'list',
      new ForbiddenError({ cluster: 'hub', verb: 'list', resource: 'pods' }, { message: 'no' }),
    );
    await expect(read()).rejects.toThrow('triggers[0]: cannot list pods of shop: ForbiddenError');
  });

  it('needs a value above zero', () => {
    expect(() => kubernetesWorkload(sourceOf({ podSelector: 'a=b', value: '0' }), hub.client)).toThrow(
      "value is '0'",
    );
  });
});
