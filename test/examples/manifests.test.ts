import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadAll } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { isRecord, type KubeObject } from '../../src/api/index.ts';
import { distributedScaledObjectSpec } from '../../src/api/keda-kedify-io/distributed-scaled-object.ts';
import { triggerAuthentication } from '../../src/api/keda-sh/trigger-authentication.ts';
import { knativeEventingSpec } from '../../src/api/operator-knative-dev/knative-eventing.ts';
import { knativeServingSpec } from '../../src/api/operator-knative-dev/knative-serving.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const files = globSync('examples/**/*.yaml', { cwd: root }).toSorted();
const kustomizations = files.filter((file) => file.endsWith('/kustomization.yaml'));
const folders = globSync('examples/*/', { cwd: root }).map((folder) => folder.slice('examples/'.length));

const specs: Readonly<Record<string, z.ZodType>> = {
  KnativeServing: knativeServingSpec,
  KnativeEventing: knativeEventingSpec,
  DistributedScaledObject: distributedScaledObjectSpec,
  TriggerAuthentication: triggerAuthentication.spec,
};
const ours = files.flatMap((file) =>
  documents(file).flatMap((object) => {
    const schema = specs[(object as KubeObject).kind];
    return schema === undefined ? [] : [{ file, spec: (object as KubeObject)['spec'], schema }];
  }),
);

describe('the spec of', () => {
  test.for(ours.map((each) => [each.file, each] as const))('%s is one', ([, { spec, schema }]) => {
    const parsed = schema.safeParse(spec);
    expect(parsed.error?.issues ?? []).toEqual([]);
    expect(unknownFields(spec, parsed.data)).toEqual([]);
  });

  test('each kind is in some example', () => {
    const kinds = ours.map(({ schema }) => Object.keys(specs).find((kind) => specs[kind] === schema));
    expect(new Set(kinds)).toEqual(new Set(Object.keys(specs)));
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

/** Paths of fields that the schema does not have; parsing leaves them out. */
function unknownFields(value: unknown, known: unknown, path = 'spec'): readonly string[] {
  if (Array.isArray(value))
    return value.flatMap((each, index) =>
      unknownFields(each, (known as readonly unknown[])[index], `${path}[${index}]`),
    );
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([key, each]) =>
    isRecord(known) && key in known ? unknownFields(each, known[key], `${path}.${key}`) : [`${path}.${key}`],
  );
}
