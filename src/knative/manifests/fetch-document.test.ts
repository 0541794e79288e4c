import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { documentExists, fetchDocument, type FetchOptions, refetchDocument } from './fetch-document.ts';

const closing: (() => Promise<void>)[] = [];

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const options: FetchOptions = { fetch: (url, init) => fetch(url, init) };
const { signal } = new AbortController();

describe('getting a manifest', () => {
  it('yields text, checksum and tag', async () => {
    const base = await serve((_, response) => response.setHeader('etag', '"1"').end('a: ü'));
    expect(await fetchDocument(`${base}/a.yaml`, options, signal)).toEqual({
      text: 'a: ü',
      sha256: '387a456121ef1f4d7de2f68e7f9f297d0dd6c46074788925fd57a5ff43cae34e',
      etag: '"1"',
    });
  });

  it('follows redirects', async () => {
    const base = await serve((request, response) =>
      request.url === '/a' ? response.writeHead(302, { location: '/b' }).end() : response.end('b'),
    );
    expect(await fetchDocument(`${base}/a`, options, signal)).toMatchObject({ text: 'b' });
  });

  const failures: readonly {
    readonly what: string;
    readonly listener: RequestListener;
    readonly says: string;
    readonly transient: boolean;
  }[] = [
    {
      what: 'a file that is not there',
      listener: (_, response) => response.writeHead(404).end('<html>Not found</html>'),
      says: 'does not exist: the server answered 404',
      transient: false,
    },
    {
      what: 'a forbidden file',
      listener: (_, response) => response.writeHead(403).end(),
      says: 'the server answered 403',
      transient: false,
    },
    {
      what: 'a broken server',
      listener: (_, response) => response.writeHead(503).end(),
      says: 'the server answered 503',
      transient: true,
    },
    {
      what: 'a web page',
      listener: (_, response) => response.end('\n<!DOCTYPE html><html></html>'),
      says: 'is a web page, not a manifest',
      transient: false,
    },
    {
      what: 'too large a file',
      listener: (_, response) => response.end('x'.repeat(101)),
      says: 'is larger than 100 bytes',
      transient: false,
    },
    {
      what: 'a file that is no text',
      listener: (_, response) => response.end(Buffer.from([0xff, 0xfe, 0x00])),
      says: 'is no text',
      transient: false,
    },
    {
      what: 'a server that never answers',
      listener: () => {},
      says: 'no answer within 150 ms',
      transient: true,
    },
    {
      what: 'a server that stops half-way',
      listener: (_, response) => response.write('a'),
      says: 'no answer within 150 ms',
      transient: true,
    },
    {
      what: 'a server that hangs up',
      listener: (_, response) => response.destroy(),
      says: 'cannot get',
      transient: true,
    },
  ];

  it.each(failures)('fails clearly for $what', async ({ listener, says, transient }) => {
    const base = await serve(listener);
    const url = `${base}/a.yaml?token=s3cr3t`;
    const error = await fetchDocument(url, { ...options, timeoutMs: 150, maxBytes: 100 }, signal).catch(
      (reason: unknown) => reason,
    );
    expect(error).toMatchObject({ name: 'ManifestError', transient, message: expect.stringContaining(says) });
    expect(String(error)).toContain(`${base}/a.yaml`);
    expect(String(error)).not.toContain('s3cr3t');
  });

  it('fails clearly where nobody listens', async () => {
    await expect(fetchDocument('http://127.0.0.1:1/a.yaml', options, signal)).rejects.toMatchObject({
      transient: true,
      message: expect.stringContaining("cannot get 'http://127.0.0.1:1/a.yaml'"),
    });
  });

  it('ends with the reason of the caller', async () => {
    const base = await serve(() => {});
    const caller = new AbortController();
    const fetching = fetchDocument(base, options, caller.signal);
    caller.abort(new Error('shutting down'));
    await expect(fetching).rejects.toThrow('shutting down');
  });
});

describe('getting a manifest again', () => {
  const listener: RequestListener = (request, response) => {
    if (request.headers['if-none-match'] === '"2"') response.writeHead(304).end();
    else response.setHeader('etag', '"2"').end('new');
  };

  it('tells what is unchanged', async () => {
    expect(await refetchDocument(await serve(listener), '"2"', options, signal)).toBeUndefined();
  });

  it('brings what changed', async () => {
    expect(await refetchDocument(await serve(listener), '"1"', options, signal)).toMatchObject({
      text: 'new',
    });
  });
});

it('asks whether a file exists without getting it', async () => {
  const methods: (string | undefined)[] = [];
  const base = await serve((request, response) => {
    methods.push(request.method);
    response.writeHead(request.url === '/a' ? 200 : 404).end();
  });
  expect(await documentExists(`${base}/a`, options, signal)).toBe(true);
  expect(await documentExists(`${base}/b`, options, signal)).toBe(false);
  expect(methods).toEqual(['HEAD', 'HEAD']);
});
