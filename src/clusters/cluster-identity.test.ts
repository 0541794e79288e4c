import { expect, test } from 'vitest';
import { type Endpoint, ForbiddenError, type KubeClient } from '../kube/index.ts';
import { askIdentity, isSameCluster } from './cluster-identity.ts';

const pem = (body: string): string => `-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----\n`;

function identity(
  uid: string | undefined,
  server: string,
  certificateAuthority?: string,
  way: Way = {},
): Promise<string> {
  const get = async () => {
    if (uid !== undefined) return { metadata: { name: 'kube-system', uid } };
    throw new ForbiddenError({ cluster: 'a', verb: 'get', resource: 'namespaces' }, { message: 'no' });
  };
  const client = { get } as unknown as KubeClient;
  return askIdentity(client, { server, certificateAuthority, ...way }, new AbortController().signal);
}

const here = 'https://one:6443';
const there = 'https://two:6443';

type Way = Pick<Endpoint, 'tlsServerName' | 'proxyUrl'>;
type Place = readonly [uid: string | undefined, server: string, authority?: string, way?: Way];
const asEu: Way = { tlsServerName: 'eu' };
const byProxy: Way = { proxyUrl: 'http://proxy:3128' };

test.each<readonly [what: string, one: Place, other: Place, isSame: boolean]>([
  ['the uid, wherever it is', ['u', here, pem('a')], ['u', there, pem('b')], true],
  ['another uid at the same address', ['u', here, pem('a')], ['v', here, pem('a')], false],
  ['the same address and authority', [undefined, here, pem('a')], [undefined, `${here}/`, pem('a')], true],
  ['one of them without a right to the uid', ['u', here, pem('a')], [undefined, here, pem('a')], true],
  [
    'an authority that is being renewed',
    [undefined, here, pem('a')],
    [undefined, here, pem('b') + pem('a')],
    true,
  ],
  ['another authority', [undefined, here, pem('a')], [undefined, here, pem('b')], false],
  ['an authority instead of none', [undefined, here], [undefined, here, pem('a')], false],
  ['no authority of its own', [undefined, here], [undefined, here], true],
  ['another address', [undefined, here, pem('a')], [undefined, there, pem('a')], false],
  ['the same name at a gateway', [undefined, here, pem('a'), asEu], [undefined, here, pem('a'), asEu], true],
  ['another name at a gateway', [undefined, here, pem('a'), asEu], [undefined, here, pem('a')], false],
  [
    'the same address behind a proxy',
    [undefined, here, pem('a'), byProxy],
    [undefined, here, pem('a')],
    false,
  ],
  ['the uid, whichever way it is', ['u', here, pem('a'), byProxy], ['u', here, pem('a')], true],
])('%s', async (_what, a, b, isSame) => {
  expect(isSameCluster(await identity(...a), await identity(...b))).toBe(isSame);
});

test('what is not known is taken for the same', async () => {
  expect(isSameCluster(undefined, await identity('u', here))).toBe(true);
});
