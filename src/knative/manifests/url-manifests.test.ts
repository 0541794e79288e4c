import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Clock } from '../../kube/index.ts';
import type { FetchInit } from './fetch-document.ts';
import { UrlManifests, type UrlManifestsOptions } from './url-manifests.ts';

const url = 'https://example.com/a.yaml';
const { signal } = new AbortController();

function manifest(name: string): string {
  return `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\n`;
}

/** A server whose answer tests change, asked by a cache whose time tests set. */
class Bench {
  readonly asked: FetchInit[] = [];
  answer: () => Response = () => new Response(manifest('a'));
  now = 0;

  urls(options: Partial<UrlManifestsOptions> = {}): UrlManifests {
    const clock: Clock = {
      now: () => this.now,
      monotonic: () => this.now,
      sleep: () => Promise.reject(new Error('nothing to wait for')),
    };
    return new UrlManifests({
      clock,
      fetch: async (_, init) => {
        this.asked.push(init);
        return this.answer();
      },
      ...options,
    });
  }
}

async function nameIn(urls: UrlManifests, at = url): Promise<string | undefined> {
  const [object] = await urls.load(at, signal);
  return object?.metadata.name;
}

describe('manifests by URL', () => {
  it('are asked for once a minute', async () => {
    const bench = new Bench();
    const urls = bench.urls();
    const first = await urls.load(url, signal);
    bench.now = 59_999;
    expect(await urls.load(url, signal)).toBe(first);
    expect(bench.asked).toHaveLength(1);
    bench.now = 60_000;
    bench.answer = () => new Response(manifest('b'));
    expect(await nameIn(urls)).toBe('b');
  });

  it('are not parsed again when the server says they are the same', async () => {
    const bench = new Bench();
    const urls = bench.urls();
    bench.answer = () => new Response(manifest('a'), { headers: { etag: '"1"' } });
    const first = await urls.load(url, signal);
    bench.now = 60_000;
    bench.answer = () => new Response(null, { status: 304 });
    expect(await urls.load(url, signal)).toBe(first);
    expect(bench.asked[1]?.headers).toEqual({ 'if-none-match': '"1"' });
  });

  it('are not parsed again when they are the same and the server cannot tell', async () => {
    const bench = new Bench();
    const urls = bench.urls();
    const first = await urls.load(url, signal);
    bench.now = 60_000;
    expect(await urls.load(url, signal)).toBe(first);
    expect(bench.asked).toHaveLength(2);
  });

  it('serve on while the server is broken, which is asked again a minute later', async () => {
    const bench = new Bench();
    const urls = bench.urls();
    await urls.load(url, signal);
    bench.answer = () => new Response('', { status: 500 });
    bench.now = 60_000;
    expect(await nameIn(urls)).toBe('a');
    expect(await nameIn(urls)).toBe('a');
    expect(bench.asked).toHaveLength(2);
  });

  it('are gone when the server says so', async () => {
    const bench = new Bench();
    const urls = bench.urls();
    await urls.load(url, signal);
    bench.answer = () => new Response('', { status: 404 });
    bench.now = 60_000;
    await expect(urls.load(url, signal)).rejects.toThrow("'https://example.com/a.yaml' does not exist");
  });

  it('with a checksum are got once and for all', async () => {
    const bench = new Bench();
    const urls = bench.urls();
    const pinned = `${url}#sha256=${createHash('sha256').update(manifest('a')).digest('hex').toUpperCase()}`;
    expect(await nameIn(urls, pinned)).toBe('a');
    bench.now = 1e9;
    expect(await nameIn(urls, pinned)).toBe('a');
    expect(bench.asked).toHaveLength(1);
  });

  it('with another checksum are refused, and not kept', async () => {
    const bench = new Bench();
    const urls = bench.urls();
    const pinned = `${url}#sha256=${'0'.repeat(64)}`;
    await expect(urls.load(pinned, signal)).rejects.toThrow(
      /has the SHA-256 checksum [0-9a-f]{64}, not 0{64}/,
    );
    await expect(urls.load(pinned, signal)).rejects.toThrow(/checksum/);
    expect(bench.asked).toHaveLength(2);
  });

  it.each(['#sha256=12', '#md5=00', '#x'])('with the fragment %s are refused', async (fragment) => {
    const bench = new Bench();
    await expect(bench.urls().load(`${url}${fragment}`, signal)).rejects.toThrow(
      'is no checksum: it must be #sha256=',
    );
    expect(bench.asked).toEqual([]);
  });

  it('with a password are refused, without showing it', async () => {
    const bench = new Bench();
    const error = await bench.urls().load('https://me:s3cr3t@example.com/a.yaml', signal).catch(String);
    expect(error).toBe(
      "ManifestError: 'https://example.com/a.yaml' must be written without user name and password",
    );
    expect(bench.asked).toEqual([]);
  });

  it('come from allowed hosts only, where there is a list', async () => {
    const bench = new Bench();
    const urls = bench.urls({ allowedHosts: ['example.com'] });
    expect(await nameIn(urls)).toBe('a');
    await expect(urls.load('https://example.com:8443/a.yaml', signal)).rejects.toThrow(
      'must be on an allowed host: example.com',
    );
    await expect(urls.load('https://evil.example/a.yaml', signal)).rejects.toMatchObject({
      reason: 'SpecInvalid',
    });
  });

  it('name document and address when they are broken', async () => {
    const bench = new Bench();
    bench.answer = () => new Response(`${manifest('a')}---\nx: [`);
    await expect(bench.urls().load(`${url}?token=s3cr3t`, signal)).rejects.toThrow(
      "cannot read document 2 of 'https://example.com/a.yaml' as YAML",
    );
  });

  it('are forgotten when very many others were used since', async () => {
    const bench = new Bench();
    const urls = bench.urls();
    await urls.load(url, signal);
    for (let index = 0; index < 256; index += 1) await urls.load(`${url}?${index}`, signal);
    await urls.load(url, signal);
    expect(bench.asked).toHaveLength(258);
  });
});
