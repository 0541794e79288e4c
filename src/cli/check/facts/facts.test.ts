import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeApiServer } from '../../../../test/support/fake-api-server/index.ts';
import { serverPair } from '../../../../test/support/rig.ts';
import { fakeKubeClient } from '../../testing/fake-kube-client.ts';
import { inParallel } from '../in-parallel.ts';
import { kubernetesMinor } from './kubernetes-minor.ts';
import { missingRights } from './missing-rights.ts';
import { deliveryRules, hubRules } from './operator-rules.ts';
import { namesOfRules, ruleLine } from './rule.ts';
import { lookAtServer } from './server-certificate.ts';

const { signal } = new AbortController();

describe('missing rights', () => {
  it('are none of somebody who may do everything, for one question', async () => {
    let questions = 0;
    const client = fakeKubeClient({
      cluster: 'a',
      allows: () => {
        questions++;
        return true;
      },
    });
    expect(await missingRights(client, deliveryRules, signal)).toEqual([]);
    expect(questions).toBe(1);
  });

  it('are those verbs that are not allowed, subresources apart', async () => {
    const client = fakeKubeClient({
      cluster: 'a',
      allows: ({ group, resource, subresource, verb }) =>
        group !== '*' && !(resource === 'knativeservings' && subresource === 'status') && verb !== 'watch',
    });
    const missing = await missingRights(client, hubRules, signal);
    expect(missing.map(ruleLine)).toEqual([
      '- {apiGroups: ["operator.knative.dev"], resources: ["knativeservings", "knativeeventings"], verbs: [watch]}',
      '- {apiGroups: ["operator.knative.dev"], resources: ["knativeservings/status"], verbs: [patch]}',
      '- {apiGroups: ["multicluster.x-k8s.io"], resources: ["clusterprofiles"], verbs: [watch]}',
    ]);
    expect(namesOfRules(missing)).toBe(
      'knativeservings.operator.knative.dev, knativeeventings.operator.knative.dev, knativeservings/status.operator.knative.dev, clusterprofiles.multicluster.x-k8s.io',
    );
  });

  it('are those of the names that are not allowed, where the rule is about names', async () => {
    const client = fakeKubeClient({
      cluster: 'a',
      allows: ({ group, name, verb }) => group !== '*' && (name === 'b' || (name === 'a' && verb === 'bind')),
    });
    const rule = {
      group: 'rbac.authorization.k8s.io',
      resources: ['roles'],
      verbs: ['bind', 'escalate'],
      names: ['a', 'b', 'c', 'd'],
    };
    expect((await missingRights(client, [rule], signal)).map(ruleLine)).toEqual([
      '- {apiGroups: ["rbac.authorization.k8s.io"], resources: ["roles"], resourceNames: ["a"], verbs: [escalate]}',
      '- {apiGroups: ["rbac.authorization.k8s.io"], resources: ["roles"], resourceNames: ["c", "d"], verbs: [bind, escalate]}',
    ]);
  });

  it('are no names where everything may be given away', async () => {
    const client = fakeKubeClient({
      cluster: 'a',
      allows: ({ group, name }) => group !== '*' && name === undefined,
    });
    expect(await missingRights(client, deliveryRules, signal)).toEqual([]);
  });
});

describe('versions', () => {
  it.each([
    ['v1.36.3', 36],
    ['v1.31.4-gke.1000', 31],
    ['v1.33', 33],
    ['v2.0.0', undefined],
    ['', undefined],
  ])('the minor version of Kubernetes %s is %s', (version, minor) => {
    expect(kubernetesMinor(version)).toBe(minor);
  });
});

describe('a look at a server', () => {
  let server: FakeApiServer;

  beforeEach(async () => {
    server = await FakeApiServer.start({ pair: await serverPair() });
  });
  afterEach(() => server.stop());

  it('shows its certificate, trusted or not, and sends nothing', async () => {
    const certificate = await lookAtServer({ server: server.url }, { timeoutMs: 5_000, signal });
    expect(certificate.names).toEqual(['127.0.0.1', 'localhost', 'kubernetes.default.svc']);
    expect(certificate.issuer).toBe('rig');
    expect(certificate.expiresAt).toBeGreaterThan(Date.now());
    expect(server.requests).toEqual([]);
  });

  it('fails where nobody answers', async () => {
    const { url } = server;
    await server.stop();
    await expect(lookAtServer({ server: url }, { timeoutMs: 5_000, signal })).rejects.toThrow('ECONNREFUSED');
  });

  it('ends with its signal', async () => {
    const aborted = AbortSignal.abort(new Error('enough'));
    await expect(lookAtServer({ server: server.url }, { timeoutMs: 5_000, signal: aborted })).rejects.toThrow(
      'enough',
    );
  });
});

describe('work in parallel', () => {
  it('is so many at a time, with results in order', async () => {
    let running = 0;
    let most = 0;
    const results = await inParallel([5, 1, 4, 2, 3], 2, async (item) => {
      most = Math.max(most, ++running);
      for (let turn = 0; turn < item; turn++) await Promise.resolve();
      running--;
      return item * 10;
    });
    expect(results).toEqual([50, 10, 40, 20, 30]);
    expect(most).toBe(2);
  });

  it('of nothing is nothing', async () => {
    expect(await inParallel([], 8, async () => 1)).toEqual([]);
  });

  it('fails with the first failure', async () => {
    await expect(inParallel([1, 2], 1, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  });
});
