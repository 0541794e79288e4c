import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAuthority, issueCertificate } from '../pki/index.ts';
import { ApiCallError, callApi, type ApiAccess } from './api-call.ts';

let server: Server;
let access: ApiAccess;

beforeAll(async () => {
  const now = new Date();
  const authority = await createAuthority('test', now);
  server = createServer(await issueCertificate(authority, { for: 'server', hosts: ['127.0.0.1'] }, now));
  server.on('request', (request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += String(chunk)));
    request.on('end', () => {
      if (request.url === '/hangs') return;
      if (request.url === '/readyz') {
        response.writeHead(500, { 'content-type': 'text/plain' }).end('[-]etcd failed');
        return;
      }
      const refused = request.url === '/refused';
      response.writeHead(refused ? 409 : 200, { 'content-type': 'application/json' });
      response.end(
        JSON.stringify({
          message: 'exists',
          asked: `${request.method} ${request.headers['content-type']} ${body}`,
        }),
      );
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = await issueCertificate(authority, { for: 'client', user: 'admin', groups: [] }, now);
  const { port } = server.address() as AddressInfo;
  access = {
    cluster: 'spoke-1',
    server: `https://127.0.0.1:${port}`,
    certificateAuthority: authority.certificate,
    client,
  };
});
afterAll(() => server.close());

test('an answer is parsed, a body is sent as JSON', async () => {
  expect(await callApi(access, { path: '/x' })).toMatchObject({ asked: 'GET undefined ' });
  expect(await callApi(access, { method: 'POST', path: '/x', body: { a: 1 } })).toMatchObject({
    asked: 'POST application/json {"a":1}',
  });
  const patch = {
    method: 'PATCH',
    path: '/x',
    body: [],
    contentType: 'application/json-patch+json',
  } as const;
  expect(await callApi(access, patch)).toMatchObject({ asked: 'PATCH application/json-patch+json []' });
});

test.each([
  ['/refused', 409, "GET /refused on cluster 'spoke-1': 409 exists"],
  ['/readyz', 500, "GET /readyz on cluster 'spoke-1': 500 [-]etcd failed"],
])('%s is an error with status %i', async (path, status, message) => {
  const error = await callApi(access, { path }).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(ApiCallError);
  expect(error).toMatchObject({ status, message });
});

test('a server that does not answer in time, or that nobody vouches for, is an error that names the call', async () => {
  await expect(callApi(access, { path: '/hangs', timeoutMs: 50 })).rejects.toThrow(
    "GET /hangs on cluster 'spoke-1': no answer within 50 ms",
  );
  const stranger = await createAuthority('stranger', new Date());
  const suspicious = { ...access, certificateAuthority: stranger.certificate };
  await expect(callApi(suspicious, { path: '/x' })).rejects.toThrow(
    /GET \/x on cluster 'spoke-1': .*certificate/,
  );
});
