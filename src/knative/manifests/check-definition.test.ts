import { describe, expect, it } from 'vitest';
import { ManifestError } from './manifest-error.ts';
import { parseManifest } from './parse-manifest.ts';

const spec = {
  group: 'example.com',
  scope: 'Cluster',
  names: { kind: 'Widget', plural: 'widgets' },
  versions: [{ name: 'v1', served: true, storage: true }],
};

function parse(broken: unknown): readonly unknown[] {
  const definition = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'widgets.example.com' },
    spec: broken,
  };
  return parseManifest(JSON.stringify(definition), 'f.yaml');
}

describe('a CustomResourceDefinition', () => {
  it('is taken where it says what it defines', () => {
    expect(parse(spec)).toHaveLength(1);
  });

  it.each([
    [undefined, 'spec.group must be a text'],
    [null, 'spec.group must be a text'],
    ['text', 'spec.group must be a text'],
    [{ ...spec, group: '' }, 'spec.group must be a text'],
    [{ ...spec, scope: 7 }, 'spec.scope must be a text'],
    [{ ...spec, names: undefined }, 'spec.names.kind must be a text'],
    [{ ...spec, names: { kind: 'Widget' } }, 'spec.names.plural must be a text'],
    [{ ...spec, versions: undefined }, 'spec.versions must be a list'],
    [{ ...spec, versions: [] }, 'spec.versions must be a list'],
    [{ ...spec, versions: [...spec.versions, null] }, 'spec.versions[1].name must be a text'],
  ])('with the spec %j is refused by name and field', (broken, says) => {
    expect(() => parse(broken)).toThrow(ManifestError);
    expect(() => parse(broken)).toThrow(
      `CustomResourceDefinition widgets.example.com in document 1 of 'f.yaml' is broken: ${says}`,
    );
  });
});
