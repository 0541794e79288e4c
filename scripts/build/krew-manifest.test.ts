import { load } from 'js-yaml';
import { expect, test } from 'vitest';
import { archiveName, krewManifest, platformOf } from './krew-manifest.ts';

const version = '1.2.3';
const targets = ['linux', 'darwin', 'win32'].flatMap((system) =>
  ['x64', 'arm64'].map((arch) => platformOf(system as NodeJS.Platform, arch)),
);
const checksums = targets.map(
  (target, index) => `${String(index).repeat(64)}  ${archiveName(version, target)}\n`,
);

interface Plugin {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly version: string;
    readonly shortDescription: string;
    readonly platforms: readonly {
      readonly selector: { readonly matchLabels: Readonly<Record<string, string>> };
      readonly uri: string;
      readonly sha256: string;
      readonly bin: string;
    }[];
  };
}

test('krew takes the manifest: what its index checks holds', () => {
  const plugin = load(krewManifest({ version, checksums: checksums.join('') })) as Plugin;
  expect(plugin).toMatchObject({
    apiVersion: 'krew.googlecontainertools.github.com/v1alpha2',
    kind: 'Plugin',
    metadata: { name: 'wheelwright' },
    spec: { version: 'v1.2.3' },
  });
  expect(plugin.spec.shortDescription).toMatch(/^[^\r\n]{1,60}$/);
  expect(plugin.spec.platforms).toHaveLength(6);
  for (const { selector, uri, sha256, bin } of plugin.spec.platforms) {
    expect(Object.keys(selector.matchLabels).toSorted()).toEqual(['arch', 'os']);
    expect(sha256).toMatch(/^[a-f0-9]{64}$/);
    expect(uri).toMatch(/^https:\/\/.+\/v1\.2\.3\/wheelwright_v1\.2\.3_\w+\.tar\.gz$/);
    expect(bin).toBe(selector.matchLabels['os'] === 'windows' ? 'wheelwright.exe' : 'wheelwright');
  }
});

test('each archive has its own sum', () => {
  const { spec } = load(krewManifest({ version, checksums: checksums.join('') })) as Plugin;
  const found = spec.platforms.map(
    ({ uri, sha256 }) => `${sha256}  ${uri.slice(uri.lastIndexOf('/') + 1)}\n`,
  );
  expect(found.toSorted()).toEqual(checksums.toSorted());
});

test('nothing is left out silently', () => {
  const some = checksums.slice(1).join('');
  expect(() => krewManifest({ version, checksums: some })).toThrow(
    'there is no checksum of wheelwright_v1.2.3_linux_amd64.tar.gz',
  );
  expect(() => platformOf('freebsd', 'x64')).toThrow('there is no executable for freebsd on amd64');
});
