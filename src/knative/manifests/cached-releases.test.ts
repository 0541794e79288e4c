import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cachedReleases } from './cached-releases.ts';

const { signal } = new AbortController();
const path = 'ingress/1.22/kourier';
const files = [
  { name: '1-a.yaml', text: 'a' },
  { name: '2-b.yaml', text: 'ü' },
];

async function filled(): Promise<{ root: string; cache: ReturnType<typeof cachedReleases> }> {
  const root = mkdtempSync(join(tmpdir(), 'cache-'));
  const cache = cachedReleases(root);
  await cache.write(path, files);
  return { root, cache };
}

describe('the cache of releases', () => {
  it('gives back what was written', async () => {
    const { cache } = await filled();
    const found = await cache.read(path, signal);
    expect(found?.map(({ name, text }) => ({ name: basename(name), text }))).toEqual(files);
    expect(await cache.versions('ingress')).toEqual(['1.22']);
  });

  it('is empty at first, wherever it is to be', async () => {
    const cache = cachedReleases(join(tmpdir(), 'no-such-cache'));
    expect(await cache.read(path, signal)).toBeUndefined();
    expect(await cache.versions('ingress')).toEqual([]);
  });

  it('records checksums that sha256sum can check', async () => {
    const { root } = await filled();
    expect(readFileSync(join(root, path, 'SHA256SUMS'), 'utf8')).toContain(
      'ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb  1-a.yaml\n',
    );
  });

  it.each([
    ['a changed file', (root: string) => writeFileSync(join(root, path, '1-a.yaml'), 'changed')],
    ['a file more', (root: string) => writeFileSync(join(root, path, '3-c.yaml'), 'c')],
  ])('drops a release with %s', async (_, damage) => {
    const { root, cache } = await filled();
    damage(root);
    expect(await cache.read(path, signal)).toBeUndefined();
    await cache.write(path, files);
    expect(await cache.read(path, signal)).toHaveLength(2);
  });

  it('leaves nothing half-written behind', async () => {
    const { root, cache } = await filled();
    await cache.write(path, files);
    await expect(cache.write('ingress/1.23/kourier', [{ name: 'no/such/folder', text: '' }])).rejects.toThrow(
      'ENOENT',
    );
    expect(readdirSync(root)).toEqual(['ingress']);
    expect(await cache.read('ingress/1.23/kourier', signal)).toBeUndefined();
  });
});
