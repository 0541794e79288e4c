import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadAll } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import { documentedKinds, schemaOf } from '../../scripts/reference/kind-pages.ts';
import type { KubeObject } from '../../src/api/index.ts';
import { unknownIn } from '../../src/cli/render/unknown-fields.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const files = globSync('examples/**/*.yaml', { cwd: root }).toSorted();
const kustomizations = files.filter((file) => file.endsWith('/kustomization.yaml'));
const folders = globSync('examples/*/', { cwd: root }).map((folder) => folder.slice('examples/'.length));

const kinds = ['KnativeServing', 'KnativeEventing', 'DistributedScaledObject', 'TriggerAuthentication'];
const definitions = documentedKinds.filter(({ kind }) => kinds.includes(kind));
const ours = files.flatMap((file) =>
  documents(file).flatMap((object) => {
    const { kind, spec } = object as KubeObject;
    const definition = definitions.find((each) => each.kind === kind);
    return definition === undefined ? [] : [{ file, spec, definition }];
  }),
);

describe('the spec of', () => {
  test.for(ours.map((each) => [each.file, each] as const))('%s is one', ([, { spec, definition }]) => {
    expect(definition.spec.safeParse(spec).error?.issues ?? []).toEqual([]);
    expect(unknownIn(spec, schemaOf(definition, 'spec'), 'spec')).toEqual([]);
  });

  test('each kind is in some example', () => {
    expect(new Set(ours.map(({ definition }) => definition.kind))).toEqual(new Set(kinds));
  });
});

describe('a kustomization', () => {
  test.for(kustomizations)('%s names all that is beside it, and nothing else', (file) => {
    const [content] = documents(file) as readonly [Kustomization];
    const named = [...(content.resources ?? []), ...(content.patches ?? []).map(({ path }) => path)];
    const missing = named.filter((name) => !existsSync(join(root, dirname(file), name)));
    expect(missing).toEqual([]);
    const beside = globSync('*.yaml', { cwd: join(root, dirname(file)) });
    expect(beside.filter((name) => name !== 'kustomization.yaml' && !named.includes(name))).toEqual([]);
  });
});

test('no namespace is in a folder, which would go with what others have in it', () => {
  const holders = files.filter((file) =>
    documents(file).some((object) => (object as KubeObject).kind === 'Namespace'),
  );
  expect(holders).toEqual([]);
});

test('every folder has a README, which the list of them links to', () => {
  const list = readFileSync(join(root, 'examples/README.md'), 'utf8');
  const linked = [...list.matchAll(/^\| \[([\w-]+)\]\(\1\) \|/gm)].map(([, name = '']) => name);
  expect(linked.toSorted()).toEqual(folders.toSorted());
  expect(folders.filter((name) => !existsSync(join(root, 'examples', name, 'README.md')))).toEqual([]);
});

test('a member gives the rights that are documented, and no others', () => {
  const rules = (file: string): unknown =>
    documents(file).find((object) => (object as KubeObject).kind === 'ClusterRole');
  expect(rules('examples/member/on-the-member/rights.yaml')).toEqual(rules('docs/rbac/member.yaml'));
});

interface Kustomization {
  readonly resources?: readonly string[];
  readonly patches?: readonly { readonly path: string }[];
}

function documents(file: string): readonly unknown[] {
  return loadAll(readFileSync(join(root, file), 'utf8'));
}
