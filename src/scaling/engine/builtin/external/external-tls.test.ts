import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Server } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Authority,
  createAuthority,
  issueCertificate,
  type KeyPair,
} from '../../../../../test/bed/pki/index.ts';
import { eventually } from '../../../../../test/support/eventually.ts';
import { systemClock } from '../../../../kube/index.ts';
import { ScaleHub } from '../testing/scale-hub.ts';
import { sourceOf } from '../testing/trigger-source.ts';
import type { MetricSpec, Trigger } from '../triggers/trigger.ts';
import { external } from './external.ts';
import type { GetMetricsRequest, ScaledObjectRef } from './external-scaler-descriptor.ts';
import { ExternalScalerServer } from './external-scaler-server.ts';
import { loadGrpc } from './load-grpc.ts';

const { signal } = new AbortController();
let authority: Authority;
let client: KeyPair;
let server: Server;
let port: number;
const asked: ScaledObjectRef[] = [];
let askedActive = 0;

/** A scaler that somebody else wrote, which wants to know who asks. */
beforeAll(async () => {
  const now = new Date();
  authority = await createAuthority('scalers', now);
  const serving = await issueCertificate(authority, { for: 'server', hosts: ['127.0.0.1'] }, now);
  client = await issueCertificate(authority, { for: 'client', user: 'keda', groups: [] }, now);
  const { grpc, service } = await loadGrpc();
  server = new grpc.Server();
  type Unary<Q> = (call: { request: Q }, callback: (error: null, answer: object) => void) => void;
  const specs: Unary<ScaledObjectRef> = ({ request }, callback) => {
    asked.push(request);
    const names = request.scalerMetadata['metrics']?.split(',') ?? ['depth'];
    callback(null, { metricSpecs: names.map((metricName) => ({ metricName, targetSize: 4 })) });
  };
  const metrics: Unary<GetMetricsRequest> = (_call, callback) =>
    callback(null, {
      metricValues: [
        { metricName: 'depth', metricValue: 7 },
        { metricName: 'depth', metricValueFloat: 2.5 },
      ],
    });
  const active: Unary<ScaledObjectRef> = (_call, callback) => {
    askedActive++;
    callback(null, { result: true });
  };
  server.addService(service, { GetMetricSpec: specs, GetMetrics: metrics, IsActive: active });
  const pairs = [{ private_key: Buffer.from(serving.key), cert_chain: Buffer.from(serving.cert) }];
  const credentials = grpc.ServerCredentials.createSsl(Buffer.from(authority.certificate), pairs, true);
  port = await new Promise((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', credentials, (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
});

afterAll(() => server.forceShutdown());

async function ask(
  parameters: Readonly<Record<string, string>>,
  metadata: Readonly<Record<string, string>> = {},
): Promise<readonly MetricSpec[]> {
  const given = {
    scalerAddress: `127.0.0.1:${port}`,
    queue: 'orders',
    passwordFromEnv: 'PASSWORD',
    ...metadata,
  };
  const trigger = await external(sourceOf(given, { parameters, type: 'external' }), systemClock);
  try {
    const specs = await trigger.specs(signal);
    expect(await trigger.read('depth', signal)).toEqual({ value: 9.5, isActive: true });
    return specs;
  } finally {
    trigger.close?.();
  }
}

describe('the external scaler of this program behind TLS', () => {
  it('answers only who has a certificate of the authority that is given', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'wheelwright-scaler-'));
    const file = async (name: string, text: string): Promise<string> => {
      await writeFile(join(directory, name), text);
      return join(directory, name);
    };
    const serving = await issueCertificate(authority, { for: 'server', hosts: ['127.0.0.1'] }, new Date());
    const tls = {
      certificate: await file('tls.crt', serving.cert),
      key: await file('tls.key', serving.key),
      clientAuthorities: await file('ca.crt', authority.certificate),
    };
    const hub = new ScaleHub();
    const options = { client: hub.client, clock: systemClock, onDefect: () => undefined };
    const address = { host: '127.0.0.1', port: 0 };
    const scaler = await ExternalScalerServer.listen({ ...options, address, tls });
    try {
      const scalerAddress = `127.0.0.1:${scaler.port}`;
      const calendar = { timezone: 'UTC', start: '0 0 * * *', end: '1 0 * * *', desiredReplicas: '1' };
      const specsWith = async (parameters: Readonly<Record<string, string>>): Promise<unknown> => {
        const given = sourceOf({ ...calendar, scalerAddress }, { parameters, type: 'external' });
        const trigger = await external(given, systemClock);
        return trigger.specs(signal).finally(() => trigger.close?.());
      };
      const caCert = authority.certificate;
      const pair = { tlsClientCert: client.cert, tlsClientKey: client.key };
      await eventually(() =>
        specsWith({ caCert, ...pair }).then(
          (specs) => Array.isArray(specs),
          () => false,
        ),
      );
      await expect(specsWith({ caCert })).rejects.toThrow('UNAVAILABLE');
      await expect(specsWith({})).rejects.toThrow(/UNAVAILABLE|INTERNAL/);
      const wrong = { ...tls, key: await file('wrong.key', client.key) };
      await expect(ExternalScalerServer.listen({ ...options, address, tls: wrong })).rejects.toThrow(
        'wrong.key',
      );
    } finally {
      await scaler.close(1_000);
      await rm(directory, { recursive: true });
    }
  });
});

describe('an external scaler behind TLS', () => {
  it('is asked with a certificate, and gets the metadata that could be resolved', async () => {
    const tls = { caCert: authority.certificate, tlsClientCert: client.cert, tlsClientKey: client.key };
    expect(await ask(tls)).toEqual([{ name: 'depth', target: 4 }]);
    expect(asked.at(-1)).toEqual({
      name: 'web',
      namespace: 'shop',
      scalerMetadata: { scalerAddress: `127.0.0.1:${port}`, queue: 'orders' },
    });
  });

  describe('with several metrics', () => {
    const withMetrics = (metrics: string): Promise<Trigger> => {
      const scalerAddress = `127.0.0.1:${port}`;
      const parameters = {
        caCert: authority.certificate,
        tlsClientCert: client.cert,
        tlsClientKey: client.key,
      };
      return external(sourceOf({ scalerAddress, metrics }, { parameters, type: 'external' }), systemClock);
    };

    it.each([
      ['twice', 'a,b,a', 'names one metric twice'],
      [
        'too many',
        Array.from({ length: 101 }, (_, at) => at).join(','),
        'names 101 metrics: there may be 100',
      ],
    ])('takes none %s', async (_what, metrics, message) => {
      const trigger = await withMetrics(metrics);
      await expect(trigger.specs(signal)).rejects.toThrow(message);
      trigger.close?.();
    });

    it('is asked once a look whether it is active', async () => {
      const trigger = await withMetrics('a,b,c');
      const before = askedActive;
      for (let look = 0; look < 2; look++) {
        const specs = await trigger.specs(signal);
        await Promise.all(specs.map(({ name }) => trigger.read(name, signal)));
      }
      expect(askedActive - before).toBe(2);
      trigger.close?.();
    });
  });

  it('need not be trusted where that is said', async () => {
    const tls = { tlsClientCert: client.cert, tlsClientKey: client.key };
    await expect(ask(tls)).rejects.toThrow('UNAVAILABLE');
    expect(await ask(tls, { unsafeSsl: 'true' })).toHaveLength(1);
  });

  it('refuses who shows no certificate', async () => {
    await expect(ask({ caCert: authority.certificate })).rejects.toThrow('UNAVAILABLE');
    await expect(ask({}, { enableTLS: 'true' })).rejects.toThrow('UNAVAILABLE');
    await expect(ask({})).rejects.toThrow(/UNAVAILABLE|INTERNAL/);
  });
});
