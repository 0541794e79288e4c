import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { isLoopback, memberAccess, wantedAccess } from './member-access.ts';
import { memberKubeconfig } from './member-kubeconfig.ts';

const here = { server: 'https://10.0.0.1:6443', certificateAuthority: 'PEM', tlsServerName: 'kubernetes' };
const token = { token: 'secret', certificateAuthorityData: 'b3du' };
const nothing = { server: undefined, certificateAuthorityData: undefined, tlsServerName: undefined };
const pem = Buffer.from('PEM').toString('base64');

describe('the way from the hub to a member', () => {
  it.each<[what: string, wanted: Partial<typeof nothing> | object, endpoint: object, expected: object]>([
    [
      'is that from here, verified by what verified it here',
      {},
      {},
      { server: here.server, certificateAuthorityData: pem, tlsServerName: 'kubernetes' },
    ],
    [
      'is trusted by the system of the hub where it is by the one here',
      {},
      { certificateAuthority: undefined },
      { server: here.server, certificateAuthorityData: undefined },
    ],
    [
      'is verified by the authority of the cluster where nothing is verified here',
      {},
      { insecureSkipTlsVerify: true },
      { certificateAuthorityData: 'b3du' },
    ],
    [
      'may be another address, inside the authority of the cluster',
      { server: 'https://member.example.com' },
      {},
      { server: 'https://member.example.com', certificateAuthorityData: 'b3du', tlsServerName: undefined },
    ],
    [
      'has what was asked for before everything else',
      { server: 'https://lb', certificateAuthorityData: 'bGI=', tlsServerName: 'lb.example.com' },
      {},
      { server: 'https://lb', certificateAuthorityData: 'bGI=', tlsServerName: 'lb.example.com' },
    ],
  ])('%s', (_, wanted, endpoint, expected) => {
    expect(memberAccess({ ...nothing, ...wanted }, { ...here, ...endpoint }, token)).toMatchObject({
      ...expected,
      token: 'secret',
    });
  });

  it.each([
    ['https://127.0.0.1:6443', true],
    ['https://127.1.2.3', true],
    ['https://localhost:1', true],
    ['https://[::1]:6443', true],
    ['https://0.0.0.0:6443', true],
    ['https://10.0.0.1', false],
    ['https://localhost.example.com', false],
  ])('%s means another machine to the hub: %s', (server, expected) => {
    expect(isLoopback(server)).toBe(expected);
  });

  it.each([
    ['member', "--member-api-url must be a URL like https://host:6443/prefix, not 'member'"],
    ['ftp://a', '--member-api-url must begin with https://, not with ftp:'],
  ])('is refused at %s', async (memberApiUrl, says) => {
    await expect(wantedAccess({ memberApiUrl, wait: 0 })).rejects.toThrow(says);
  });
});

describe('the kubeconfig of a member', () => {
  it('has the names that GitOps guides give to its parts, in their order', async () => {
    const access = {
      server: 'https://a',
      certificateAuthorityData: 'Y2E=',
      tlsServerName: undefined,
      token: 't',
    };
    expect(await memberKubeconfig('member-a', access)).toBe(`apiVersion: v1
kind: Config
clusters:
  - cluster:
      certificate-authority-data: Y2E=
      server: https://a
    name: member-a-cluster
contexts:
  - context:
      cluster: member-a-cluster
      user: kedify-agent
    name: kedify-agent@member-a
current-context: kedify-agent@member-a
users:
  - name: kedify-agent
    user:
      token: t
`);
  });

  it('leaves out what the system of the hub decides', async () => {
    const access = {
      server: 'https://a',
      certificateAuthorityData: undefined,
      tlsServerName: 'b',
      token: 't',
    };
    expect(load(await memberKubeconfig('a', access))).toMatchObject({
      clusters: [{ cluster: { server: 'https://a', 'tls-server-name': 'b' } }],
    });
  });
});
