import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  parseProxyUrl,
  parseServerAddress,
  type ServerAddress,
  withoutUserinfo,
} from './kubeconfig-server.ts';

test.for([
  ['https://10.0.3.4', 'https://10.0.3.4', '10.0.3.4'],
  ['https://10.0.3.4:443/', 'https://10.0.3.4', '10.0.3.4'],
  ['https://10.0.3.4:6443', 'https://10.0.3.4:6443', '10.0.3.4'],
  ['https://API.Example.COM.:6443', 'https://api.example.com.:6443', 'api.example.com'],
  ['https://[2001:db8::1]:6443', 'https://[2001:db8::1]:6443', '2001:db8::1'],
  ['https://proxy.fleet:9092/edge-7', 'https://proxy.fleet:9092/edge-7', 'proxy.fleet'],
  ['https://gateway/v1/projects/42///', 'https://gateway/v1/projects/42', 'gateway'],
  ['https://2130706433', 'https://127.0.0.1', '127.0.0.1'],
] as const)('the server %s is %s', ([text, server, host]) => {
  expect(parseServerAddress(text)).toEqual({ server, host, scheme: 'https' });
});

test('http is told apart, for the caller to decide', () => {
  expect(parseServerAddress('http://127.0.0.1:8001')).toMatchObject({ scheme: 'http' });
});

test.for([
  ['', 'must be a URL'],
  ['10.0.3.4:6443', 'must be a URL'],
  ['host:6443', 'must begin with https://, not with host:'],
  ['https://', 'must be a URL'],
  ['https://a b', 'must be a URL'],
  ['ftp://host', 'must begin with https://, not with ftp:'],
  ['https://admin:hunter2@host', 'must not contain a user name or password'],
  ['https://admin@host', 'must not contain a user name or password'],
  ['https://host/path?x=1', 'must not have a query'],
  ['https://host/path?', 'must not have a query'],
  ['https://host/#top', 'must not have a fragment'],
] as const)('the server %s is refused: %s', ([text, problem]) => {
  const address = parseServerAddress(text);
  expect(address).toHaveProperty('problem', expect.stringContaining(problem));
  expect(JSON.stringify(address)).not.toContain('hunter2');
});

test.for([
  'https://gw/?access_token=hunter2',
  'https://gw/#id_token=hunter2',
  'https://gw path?access_token=hunter2',
  '?hunter2',
])('the query and the fragment of a server that is refused are not quoted: %s', (text) => {
  const address = parseServerAddress(text);
  expect(address).toHaveProperty('problem');
  expect(JSON.stringify(address)).not.toContain('hunter2');
});

test('a URL has at most 2048 characters', () => {
  const url = `https://host/${'x'.repeat(2048)}`;
  expect(parseServerAddress(url)).toEqual({ problem: 'must not be longer than 2048 characters' });
  expect(parseProxyUrl(url)).toEqual({ problem: 'must not be longer than 2048 characters' });
});

test('a server that is accepted is accepted again as what it was read as', () => {
  fc.assert(
    fc.property(fc.webUrl({ validSchemes: ['https'] }), (url) => {
      const once = parseServerAddress(url);
      expect(once).toHaveProperty('server');
      expect(parseServerAddress((once as ServerAddress).server)).toEqual(once);
    }),
  );
});

test.for(['http://proxy:3128', 'https://proxy:3128', 'socks5://10.0.0.1:1080', 'http://u:p@proxy'])(
  'the proxy %s is taken as it is',
  (url) => {
    expect(parseProxyUrl(url)).toHaveProperty('proxyUrl', url);
  },
);

test.for(['ftp://proxy', 'proxy:3128', '//proxy', 'http://'])('the proxy %s is refused', (url) => {
  expect(parseProxyUrl(url)).toHaveProperty('problem');
});

test.for([
  ['http://user:secret@proxy:3128', 'http://proxy:3128'],
  ['socks5://user:secret@proxy:1080', 'socks5://proxy:1080'],
  ['http://proxy:3128', 'http://proxy:3128'],
] as const)('%s without its user is %s', ([url, bare]) => {
  expect(withoutUserinfo(url)).toBe(bare);
});
