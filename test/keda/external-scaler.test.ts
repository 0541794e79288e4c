import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { resources } from '../../src/kube/index.ts';
import { createAuthority, issueCertificate, type KeyPair } from '../bed/pki/index.ts';
import { Fleet, Metric, type RunningOperator } from '../fleet/index.ts';
import { EngineAtWork } from './engine-at-work.ts';

/** A hub whose KEDA asks the operator for what it does not know itself. */
let fleet: Fleet;
let engine: EngineAtWork;
let clear: { readonly operator: RunningOperator; readonly address: string };
let secure: { readonly address: string };

const authenticationRef = { name: 'wheelwright' };

beforeAll(async () => {
  fleet = await Fleet.start({ spokes: 0, keda: true });
  engine = await EngineAtWork.start(fleet.hub);
  const now = new Date();
  const authority = await createAuthority('scalers', now);
  const [server, client] = await Promise.all([
    issueCertificate(authority, { for: 'server', hosts: ['127.0.0.1'] }, now),
    issueCertificate(authority, { for: 'client', user: 'keda', groups: [] }, now),
  ]);
  clear = await startServing('127.0.0.1:0');
  secure = await startServing('127.0.0.1:0', [
    `--external-scaler-tls-cert=${await file('tls.crt', server.cert)}`,
    `--external-scaler-tls-key=${await file('tls.key', server.key)}`,
    `--external-scaler-tls-client-ca=${await file('ca.crt', authority.certificate)}`,
  ]);
  await giveToKeda(authority.certificate, client);
});

afterAll(async () => {
  await engine[Symbol.asyncDispose]();
  await fleet[Symbol.asyncDispose]();
});

async function startServing(address: string, flags: readonly string[] = []): Promise<typeof clear> {
  const operator = await fleet.startOperator({
    providers: null,
    flags: [`--external-scaler-bind-address=${address}`, ...flags],
  });
  const line = await operator.process.waitForLog(
    'the external scaler',
    ({ msg }) => msg === 'external scaler listens',
  );
  return { operator, address: `127.0.0.1:${String(line['port'])}` };
}

async function file(name: string, text: string): Promise<string> {
  const path = join(fleet.bed.directory, `external-scaler-${name}`);
  await writeFile(path, text);
  return path;
}

/** What KEDA shows, and whom it believes. */
async function giveToKeda(
  caCert: string,
  { cert: tlsClientCert, key: tlsClientKey }: KeyPair,
): Promise<void> {
  const metadata = { namespace: 'default', name: authenticationRef.name };
  const stringData = { caCert, tlsClientCert, tlsClientKey };
  await fleet.hub.create(resources.secrets, { apiVersion: 'v1', kind: 'Secret', metadata, stringData });
  const kind = { group: 'keda.sh', version: 'v1alpha1', kind: 'TriggerAuthentication' };
  await fleet.hub.create(await fleet.hub.resourceFor(kind), {
    apiVersion: 'keda.sh/v1alpha1',
    kind: kind.kind,
    metadata,
    spec: {
      secretTargetRef: Object.keys(stringData).map((key) => ({ parameter: key, name: metadata.name, key })),
    },
  });
}

const quick = {
  maxReplicaCount: 10,
  pollingInterval: 1,
  cooldownPeriod: 1,
  advanced: {
    horizontalPodAutoscalerConfig: {
      behavior: {
        scaleUp: { policies: [{ type: 'Percent', value: 900, periodSeconds: 15 }] },
        scaleDown: { stabilizationWindowSeconds: 0 },
      },
    },
  },
};

let count = 0;
let name = '';

beforeEach(() => {
  count += 1;
  name = `app-${count}`;
});

async function patch(scaledObjectSpec: object): Promise<void> {
  const kind = { group: 'keda.kedify.io', version: 'v1alpha1', kind: 'DistributedScaledObject' };
  const place = { namespace: 'default', name };
  await fleet.hub.patch(await fleet.hub.resourceFor(kind), place, 'merge', { spec: { scaledObjectSpec } });
}

/** Without a total of zero, or any other that nobody asked for. */
function totalsSince(total: number): readonly number[] {
  const totals = engine.totals(name);
  return totals.slice(totals.indexOf(total));
}

describe('KEDA scales by what this program reads for it', () => {
  test.each([
    ['a ConfigMap, asked in clear text', 'external', 'ConfigMap'],
    ['a Secret, told with certificates on both sides', 'external-push', 'Secret'],
  ] as const)('%s', async (_what, type, kind) => {
    const isPushed = type === 'external-push';
    const metric = new Metric(fleet.hub, `metric-${count}`, { kind });
    const scalerAddress = isPushed ? secure.address : clear.address;
    const trigger = {
      type,
      metadata: { scalerAddress, ...metric.metadata },
      ...(isPushed ? { authenticationRef } : {}),
    };
    await metric.set('0');
    await engine.create(name, { ...quick, triggers: [trigger] });
    await engine.waitForReport(name, 'active', 'False');
    await engine.waitForReport(name, 'ready', 'True');
    expect(engine.totals(name)).toEqual([0]);

    // What is pushed must not wait for a poll.
    if (isPushed) await patch({ pollingInterval: 3_600 });
    await metric.set('20');
    await engine.waitForTotal(name, 4);

    // Of all else KEDA hears by polls only, and of a changed object it may say nothing before one.
    if (isPushed) await patch({ pollingInterval: 1 });
    await engine.waitForReport(name, 'active', 'True', 'ScalerActive');
    await metric.set('50');
    await engine.waitForTotal(name, 10);
    await metric.set('abc');
    await engine.waitForReport(name, 'ready', 'False');
    await metric.remove();
    await metric.set('26');
    await engine.waitForTotal(name, 6);
    await engine.waitForReport(name, 'ready', 'True');
    expect(totalsSince(10)).toEqual([10, 6]);

    await metric.set('0');
    await engine.waitForTotal(name, 0);
    await engine.waitForReport(name, 'active', 'False', 'ScalerNotActive');
    await engine.delete(name);
  });
});

test('KEDA is not answered without a certificate where one is asked for', async () => {
  const metric = new Metric(fleet.hub, `metric-${count}`);
  const trigger = { type: 'external', metadata: { scalerAddress: secure.address, ...metric.metadata } };
  await metric.set('20');
  await engine.create(name, { ...quick, triggers: [trigger] });
  await engine.waitForReport(name, 'ready', 'False');
  expect(engine.totals(name)).toEqual([0]);
  await patch({ triggers: [{ ...trigger, authenticationRef }] });
  await engine.waitForTotal(name, 4);
});

test('a total stays while the operator is away, and follows again when it is back', async () => {
  const metric = new Metric(fleet.hub, `metric-${count}`);
  const trigger = { type: 'external', metadata: { scalerAddress: clear.address, ...metric.metadata } };
  await metric.set('20');
  await engine.create(name, { ...quick, triggers: [trigger] });
  await engine.waitForTotal(name, 4);
  await engine.waitForReport(name, 'ready', 'True');
  await clear.operator.process.kill();
  await metric.set('50');
  await engine.waitForReport(name, 'ready', 'False');
  await startServing(clear.address);
  await engine.waitForTotal(name, 10);
  await engine.waitForReport(name, 'ready', 'True');
  expect(totalsSince(4)).toEqual([4, 10]);
});
