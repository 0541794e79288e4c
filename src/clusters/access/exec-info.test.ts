import { expect, test } from 'vitest';
import type { Endpoint } from '../../kube/index.ts';
import { execInfo } from './exec-info.ts';

const everything: Endpoint = {
  server: 'https://spoke:6443/prefix',
  certificateAuthority: 'PEM\n',
  tlsServerName: 'kubernetes',
  insecureSkipTlsVerify: true,
  proxyUrl: 'http://user:s3cret@proxy:3128',
  disableCompression: true,
};
const v1 = 'client.authentication.k8s.io/v1';
const v1beta1 = 'client.authentication.k8s.io/v1beta1';

test.for([
  [
    v1,
    undefined,
    '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","spec":{"interactive":false}}',
  ],
  [
    v1beta1,
    undefined,
    '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1beta1","spec":{"interactive":false}}',
  ],
  [
    v1,
    { endpoint: { server: 'https://spoke' } },
    '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","spec":{"cluster":{"server":"https://spoke"},"interactive":false}}',
  ],
  [
    v1beta1,
    { endpoint: everything, config: { clusterName: 'a', list: [1, null] } },
    '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1beta1","spec":{"cluster":{' +
      '"server":"https://spoke:6443/prefix","tls-server-name":"kubernetes","insecure-skip-tls-verify":true,' +
      '"certificate-authority-data":"UEVNCg==","proxy-url":"http://proxy:3128","disable-compression":true,' +
      '"config":{"clusterName":"a","list":[1,null]}},"interactive":false}}',
  ],
] as const)('KUBERNETES_EXEC_INFO for %s is this, byte by byte (P42)', ([apiVersion, clusterInfo, text]) => {
  expect(execInfo({ apiVersion, clusterInfo })).toBe(text);
});

test('a CA bundle that no environment can hold is refused before anything is run (P43)', () => {
  const endpoint = { server: 'https://spoke', certificateAuthority: 'x'.repeat(200 << 10) };
  expect(() => execInfo({ apiVersion: v1, clusterInfo: { endpoint } })).toThrow(
    expect.objectContaining({
      kind: 'ExecInfoTooLarge',
      message: expect.stringContaining('trim certificate-authority-data'),
    }),
  );
  expect(execInfo({ apiVersion: v1, clusterInfo: undefined }).length).toBeLessThan(120);
});
