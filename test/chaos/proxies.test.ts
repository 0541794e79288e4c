import { expect, test } from 'vitest';
import { resources } from '../../src/kube/index.ts';
import { createAuthority, issueCertificate } from '../bed/pki/index.ts';
import { ConnectProxy } from '../support/connect-proxy.ts';
import { eventually } from '../support/eventually.ts';
import { configMap, Rig, rigAuthority, serverPair } from '../support/rig.ts';
import { SocksProxy } from '../support/socks-proxy.ts';

const password = 'pass%40word';

test.each([
  { protocol: 'h2', secure: false },
  { protocol: 'h2', secure: true },
  { protocol: 'http/1.1', secure: false },
] as const)('an HTTP proxy carries $protocol, over TLS itself: $secure', async ({ protocol, secure }) => {
  const proxy = await ConnectProxy.start(secure ? { pair: await serverPair() } : {});
  await using rig = await Rig.start({ server: { protocol }, endpoint: { proxyUrl: proxy.url } });
  await rig.client.apply(resources.configMaps, configMap('applied'));
  rig.server.cutConnections();
  await rig.client.apply(resources.configMaps, configMap('applied-again'));
  await rig.expectIntact();
  expect(new Set(proxy.tunnels)).toEqual(new Set([new URL(rig.server.url).host]));
  await proxy.stop();
});

test('an HTTP proxy gets its credentials, and they never show', async () => {
  const proxy = await ConnectProxy.start({ credentials: 'user:pass@word' });
  const proxyUrl = proxy.url.replace('//', `//user:${password}@`);
  await using rig = await Rig.start({ endpoint: { proxyUrl } });
  expect(proxy.tunnels).not.toEqual([]);
  await rig.expectIntact();
  await proxy.stop();
});

test('an https proxy shows its own name, not that of the server behind it', async () => {
  const pair = await issueCertificate(
    await rigAuthority(),
    { for: 'server', hosts: ['127.0.0.1'] },
    new Date(),
  );
  const proxy = await ConnectProxy.start({ pair });
  await using direct = await Rig.start();
  await using rig = await Rig.start({
    endpoint: { proxyUrl: proxy.url, server: direct.server.url.replace('127.0.0.1', 'localhost') },
  });
  expect(await rig.client.raw('/livez')).toBe('ok');
  await proxy.stop();
});

test.each([403, 407, 502])('a proxy that answers %s is told as the culprit', async (status) => {
  const proxy = await ConnectProxy.start();
  proxy.refuseWith = status;
  const proxyUrl = proxy.url.replace('//', `//user:${password}@`);
  await using rig = await Rig.startUnsynced({ endpoint: { proxyUrl } });
  const failure = await rig.client.raw('/livez').catch((error: unknown) => error);
  expect(failure).toMatchObject({ name: 'UnreachableError', kind: 'ProxyError' });
  expect(String(failure)).toContain(`${proxy.url}: answered CONNECT`);
  expect(String(failure)).toContain(`HTTP ${status}`);
  expect(everything(failure)).not.toMatch(/pass(%40|@)word/);
  await rig.expectNothingLeft();
  await proxy.stop();
});

test('a proxy that does not answer fails with the deadline of the call, and closing does not wait for it', async () => {
  const proxy = await ConnectProxy.start();
  proxy.refuseWith = 0;
  await using rig = await Rig.startUnsynced({ endpoint: { proxyUrl: proxy.url } });
  await expect(rig.client.raw('/livez', { timeoutMs: 100 })).rejects.toMatchObject({ name: 'TimeoutError' });
  await rig.expectNothingLeft();
  await proxy.stop();
});

test('a server that is not trusted behind a proxy leaves no tunnel behind', async () => {
  const proxy = await ConnectProxy.start();
  const stranger = await createAuthority('stranger', new Date());
  await using rig = await Rig.startUnsynced({
    endpoint: { proxyUrl: proxy.url, certificateAuthority: stranger.certificate },
  });
  await expect(rig.client.raw('/livez')).rejects.toMatchObject({ kind: 'TlsUntrusted' });
  await eventually(() => rig.failures.length >= 2);
  await eventually(() => rig.server.sockets.size === 0);
  await rig.expectNothingLeft();
  await proxy.stop();
});

test('a proxy that is not there is told as the culprit', async () => {
  const proxy = await ConnectProxy.start();
  await proxy.stop();
  await using rig = await Rig.startUnsynced({ endpoint: { proxyUrl: 'http://127.0.0.1:1' } });
  await expect(rig.client.raw('/livez')).rejects.toMatchObject({ kind: 'ProxyError' });
  await rig.expectNothingLeft();
});

test.each([
  { name: 'without credentials', credentials: undefined, login: '' },
  {
    name: 'with credentials',
    credentials: { user: 'user', password: 'pass@word' },
    login: `user:${password}@`,
  },
])('a SOCKS5 proxy $name carries everything', async ({ credentials, login }) => {
  const proxy = await SocksProxy.start(credentials);
  await using rig = await Rig.start({ endpoint: { proxyUrl: `socks5://${login}127.0.0.1:${proxy.port}` } });
  await rig.client.apply(resources.configMaps, configMap('applied'));
  await rig.expectIntact();
  expect(new Set(proxy.tunnels)).toEqual(new Set([new URL(rig.server.url).host]));
  await proxy.stop();
});

test.each([
  { name: 'refuses the connection', credentials: undefined, reply: 5 },
  { name: 'wants other credentials', credentials: { user: 'user', password: 'other' }, reply: 0 },
])('a SOCKS5 proxy that $name is told as the culprit', async ({ credentials, reply }) => {
  const proxy = await SocksProxy.start(credentials);
  proxy.reply = reply;
  const proxyUrl = `socks5://user:${password}@127.0.0.1:${proxy.port}`;
  await using rig = await Rig.startUnsynced({ endpoint: { proxyUrl } });
  const failure = await rig.client.raw('/livez').catch((error: unknown) => error);
  expect(failure).toMatchObject({ name: 'UnreachableError', kind: 'ProxyError' });
  expect(everything(failure)).not.toMatch(/pass(%40|@)word/);
  await rig.expectNothingLeft();
  await proxy.stop();
});

test('a proxy URL that cannot be read is not quoted, because it may hold a password', async () => {
  await using rig = await Rig.startUnsynced({ endpoint: { proxyUrl: `http://user:${password}@:nowhere` } });
  const failure = await rig.client.raw('/livez').catch((error: unknown) => error);
  expect(String(failure)).toContain('the proxy is not a URL');
  expect(everything(failure)).not.toMatch(/pass(%40|@)word/);
  await rig.expectNothingLeft();
});

/** An error with all that a logger might print of it, causes included. */
function everything(error: unknown): string {
  if (!(error instanceof Error)) return JSON.stringify(error);
  const own = Object.fromEntries(
    Object.getOwnPropertyNames(error).map((name) => [name, Reflect.get(error, name)]),
  );
  const { cause, ...rest } = own;
  return `${String(error)} ${JSON.stringify(rest)} ${cause === undefined ? '' : everything(cause)}`;
}
