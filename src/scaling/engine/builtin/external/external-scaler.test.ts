import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../../kube/index.ts';
import { eventually } from '../../../../../test/support/eventually.ts';
import { configMap } from '../testing/engine-world.ts';
import { ScaleHub } from '../testing/scale-hub.ts';
import { type Trigger, TriggerConfigError, TriggerError, type TriggerSource } from '../triggers/trigger.ts';
import { external } from './external.ts';
import { ExternalScalerServer } from './external-scaler-server.ts';
import { loadGrpc } from './load-grpc.ts';
import { ScalerChannel } from './scaler-channel.ts';

let hub: ScaleHub;
let server: ExternalScalerServer;
let life: AbortController;
let open: Trigger[];
const defects: unknown[] = [];

const metadata = { resourceKind: 'ConfigMap', resourceName: 'load', key: 'value', targetValue: '2.5' };

beforeEach(async () => {
  hub = new ScaleHub();
  life = new AbortController();
  open = [];
  defects.length = 0;
  server = await ExternalScalerServer.listen({
    address: { host: '127.0.0.1', port: 0 },
    client: hub.client,
    clock: systemClock,
    onDefect: (error) => defects.push(error),
  });
});

afterEach(async () => {
  life.abort();
  for (const trigger of open) trigger.close?.();
  await server.close(1_000);
  if (defects.length > 0) throw new Error('there were defects', { cause: defects[0] });
});

async function trigger(changes: Partial<TriggerSource> = {}): Promise<Trigger> {
  const made = await external(
    {
      type: 'external-push',
      place: 'triggers[0]',
      namespace: 'shop',
      objectName: 'web',
      parameters: {},
      allowsLoopback: true,
      isPartOfFormula: false,
      ...changes,
      metadata: { ...metadata, scalerAddress: `127.0.0.1:${server.port}`, ...changes.metadata },
    },
    systemClock,
  );
  open.push(made);
  return made;
}

describe('the external scaler', () => {
  it('tells metric, target, value and activity of a ConfigMap', async () => {
    hub.put(configMap('load', { value: '20' }));
    const asked = await trigger();
    expect(await asked.specs(life.signal)).toEqual([{ name: 'configmap-load-value', target: 2.5 }]);
    expect(await asked.read('configmap-load-value', life.signal)).toEqual({ value: 20, isActive: true });
    hub.put(configMap('load', { value: '0' }));
    await asked.specs(life.signal);
    expect(await asked.read('configmap-load-value', life.signal)).toEqual({ value: 0, isActive: false });
  });

  it('serves calendars and pods as well', async () => {
    const day = {
      timezone: 'UTC',
      start: '0 0 * * *',
      end: '59 23 * * *',
      desiredReplicas: '4',
      resourceKind: '',
    };
    const calendar = await trigger({ metadata: { ...day, triggerType: 'cron' } });
    expect(await calendar.specs(life.signal)).toEqual([{ name: 'cron-UTC-00xxx-5923xxx', target: 1 }]);
    hub.put({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { namespace: 'shop', name: 'p', labels: { app: 'a' } },
      status: { phase: 'Running' },
    });
    const pods = await trigger({
      metadata: { triggerType: 'kubernetes-workload', podSelector: 'app=a', value: '3' },
    });
    expect(await pods.specs(life.signal)).toEqual([{ name: 'workload-shop', target: 3 }]);
    expect(await pods.read('workload-shop', life.signal)).toEqual({ value: 1, isActive: true });
  });

  it.each<[string, Record<string, string>, string]>([
    ['a target of zero', { targetValue: '0' }, 'INVALID_ARGUMENT'],
    ['a kind that nobody serves', { triggerType: 'kafka' }, 'INVALID_ARGUMENT'],
    ['an object that is not there', { resourceName: 'other' }, 'NOT_FOUND'],
    ['a key that is not there', { key: 'other' }, 'NOT_FOUND'],
    ['a text that is no number', { key: 'text' }, 'FAILED_PRECONDITION'],
  ])('answers %s with a status', async (_what, changes, status) => {
    hub.put(configMap('load', { value: '1', text: 'secret-text' }));
    const asked = await trigger({ metadata: { ...metadata, ...changes } });
    const reading = asked.specs(life.signal).then(() => asked.read('configmap-load-value', life.signal));
    await expect(reading).rejects.toThrow(TriggerError);
    await expect(reading).rejects.toThrow(status);
    await expect(reading).rejects.not.toThrow('secret-text');
  });

  describe('about a Secret', () => {
    const ofSecret = { ...metadata, resourceKind: 'Secret' };
    const asking = (kind: string, changes: Readonly<Record<string, string>> = {}): void => {
      const triggers = [
        { type: 'cron', metadata: ofSecret },
        { type: 'external-push', metadata: { ...ofSecret, scalerAddress, passwordFromEnv: 'P', ...changes } },
      ];
      const isScaledObject = kind === 'ScaledObject';
      hub.put({
        apiVersion: isScaledObject ? 'keda.sh/v1alpha1' : 'keda.kedify.io/v1alpha1',
        kind,
        metadata: { namespace: 'shop', name: 'web' },
        spec: isScaledObject ? { triggers } : { scaledObjectSpec: { triggers } },
      });
    };
    let scalerAddress: string;

    beforeEach(() => {
      scalerAddress = `127.0.0.1:${server.port}`;
      hub.put({
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { namespace: 'shop', name: 'load' },
        data: { value: Buffer.from('20').toString('base64') },
      });
    });

    it.each(['ScaledObject', 'DistributedScaledObject'])('answers a %s that asks just this', async (kind) => {
      asking(kind);
      const asked = await trigger({ metadata: ofSecret });
      expect(await asked.specs(life.signal)).toHaveLength(1);
      expect((await asked.read('secret-load-value', life.signal)).value).toBe(20);
    });

    it.each<[string, Readonly<Record<string, string>> | undefined, string]>([
      ['there is no object', undefined, 'load'],
      ['its object asks for another key', { key: 'other' }, 'load'],
      ['its object asks for less', { valueType: 'int64' }, 'load'],
      ['there is no Secret either', undefined, 'gone'],
    ])('says nothing where %s', async (_what, changes, resourceName) => {
      if (changes !== undefined) asking('ScaledObject', changes);
      const asked = await trigger({ metadata: { ...ofSecret, resourceName } });
      await expect(asked.specs(life.signal)).rejects.toThrow('PERMISSION_DENIED');
      await expect(asked.read('secret-load-value', life.signal)).rejects.toThrow('PERMISSION_DENIED');
      expect(hub.watches).toBe(0);
    });
  });

  it('tells of a change at once, and closes what it holds', async () => {
    hub.put(configMap('load', { value: '0' }));
    const asked = await trigger();
    const news: string[] = [];
    asked.watch?.((one) => news.push(one), life.signal);
    await eventually(() => news.includes('changed'));
    expect(news).not.toContain('active');
    await eventually(() => hub.watches > 0);
    hub.put(configMap('load', { value: '1' }));
    await eventually(() => news.includes('active'));
    expect(server.streams).toBe(2);
    life.abort();
    await eventually(() => server.streams === 0);
    await server.close(1_000);
    await eventually(() => hub.watches === 0);
  });

  it('ends its streams when it closes', async () => {
    hub.put(configMap('load', { value: '1' }));
    const channel = await ScalerChannel.open({
      address: `127.0.0.1:${server.port}`,
      allowsLoopback: true,
      tls: { enable: false, isUnsafe: false, ca: undefined, cert: undefined, key: undefined },
    });
    let messages = 0;
    const request = { name: 'web', namespace: 'shop', scalerMetadata: metadata };
    const ended = channel.follow('StreamIsActive', request, () => messages++, life.signal);
    await eventually(() => messages > 0);
    await server.close(1_000);
    await expect(ended).resolves.toBeUndefined();
    channel.close();
  });
});

describe('the trigger external', () => {
  it('is an error that names the address where nobody answers', async () => {
    const asked = await trigger({ metadata: { scalerAddress: '127.0.0.1:1' } });
    await expect(asked.specs(life.signal)).rejects.toThrow(
      /GetMetricSpec of 127\.0\.0\.1:1 failed: UNAVAILABLE/,
    );
  });

  it('asks nothing of this machine unless that is allowed', async () => {
    hub.put(configMap('load', { value: '1' }));
    for (const host of ['127.0.0.1', 'localhost', '[::ffff:127.0.0.1]', '2130706433']) {
      const scalerAddress = `${host}:${server.port}`;
      const asked = await trigger({ allowsLoopback: false, metadata: { scalerAddress } });
      await expect(asked.specs(life.signal)).rejects.toThrow('UNAVAILABLE');
    }
    const scalerAddress = `dns:///localhost:${server.port}`;
    const asked = await trigger({ metadata: { scalerAddress } });
    expect(await asked.specs(life.signal)).toHaveLength(1);
  });

  it.each(['unix:///run/docker.sock', 'ipv4:10.0.0.1:80', 'dns://1.2.3.4/a:80', 'http://a:80', 'a b:1'])(
    'takes no other address than a host with a port, not %s',
    async (scalerAddress) => {
      await expect(trigger({ metadata: { scalerAddress } })).rejects.toThrow('it must be host:port');
    },
  );

  it('needs certificate and key together', async () => {
    await expect(trigger({ parameters: { tlsClientCert: 'x' } })).rejects.toThrow(TriggerConfigError);
  });

  it('tells certificates that are none, without them', async () => {
    const given = trigger({ parameters: { tlsClientCert: 'secret-cert', tlsClientKey: 'secret-key' } });
    await expect(given).rejects.toThrow('its certificates cannot be used');
    await expect(given).rejects.not.toThrow('secret');
  });
});

describe('the contract', () => {
  it.each([
    [
      'IsActive',
      'requestSerialize',
      { name: 'a', namespace: 'b', scalerMetadata: { c: 'd' } },
      '0a01611201621a060a01631201 64',
    ],
    ['IsActive', 'responseSerialize', { result: true }, '0801'],
    [
      'GetMetricSpec',
      'responseSerialize',
      { metricSpecs: [{ metricName: 'm', targetSize: 3, targetSizeFloat: 2.5 }] },
      '0a0e0a016d1003190000000000000440',
    ],
    [
      'GetMetrics',
      'requestSerialize',
      { scaledObjectRef: { name: 'a' }, metricName: 'm' },
      '0a030a016112016d',
    ],
    [
      'GetMetrics',
      'responseSerialize',
      { metricValues: [{ metricName: 'm', metricValue: 20, metricValueFloat: 20 }] },
      '0a0e0a016d1014190000000000003440',
    ],
  ] as const)('of %s has the bytes of %s', async (method, direction, message, bytes) => {
    const { service } = await loadGrpc();
    const written = service[method]?.[direction](message);
    expect(written?.toString('hex')).toBe(bytes.replaceAll(' ', ''));
    expect(service[method]?.path).toBe(`/externalscaler.ExternalScaler/${method}`);
  });
});
