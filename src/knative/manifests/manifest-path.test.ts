import { describe, expect, it } from 'vitest';
import { parseManifestPaths, spellReleasePath } from './manifest-path.ts';

describe('a manifest path', () => {
  it.each([
    ['https://example.com/a.yaml', [{ kind: 'url', url: 'https://example.com/a.yaml' }]],
    ['HTTP://example.com/a.yaml', [{ kind: 'url', url: 'HTTP://example.com/a.yaml' }]],
    ['/etc/manifests/a.yaml', [{ kind: 'file', path: '/etc/manifests/a.yaml' }]],
    [
      './a.yaml, b.yaml,',
      [
        { kind: 'file', path: './a.yaml' },
        { kind: 'file', path: 'b.yaml' },
      ],
    ],
    ['/var/run/ko/knative-serving/1.23.0', [{ kind: 'release', path: 'knative-serving/1.23.0' }]],
    [
      '/var/run/ko/ingress/1.23/istio,/var/run/ko/ingress/1.23/kourier',
      [
        { kind: 'release', path: 'ingress/1.23/istio' },
        { kind: 'release', path: 'ingress/1.23/kourier' },
      ],
    ],
    ['/var/run/ko/mine/a.yaml', [{ kind: 'file', path: '/var/run/ko/mine/a.yaml' }]],
    ['', []],
  ])('%j is read', (text, expected) => {
    expect(parseManifestPaths(text)).toEqual(expected);
  });

  it.each([
    ['/var/run/ko/knative-serving/../../etc', "'..' names no release"],
    ['file:///etc/passwd', "'file://…' cannot be read: a manifest URL must begin with https:// or http://"],
    ['ftp://user:secret@example.com/a', "'ftp://…' cannot be read"],
    ['https://', "'https://…' cannot be read"],
  ])('%j is refused', (text, says) => {
    expect(() => parseManifestPaths(text)).toThrow(says);
  });

  it('of a release is read as it is spelled', () => {
    const path = 'eventing-source/1.22/kafka';
    expect(parseManifestPaths(spellReleasePath(path))).toEqual([{ kind: 'release', path }]);
  });
});
