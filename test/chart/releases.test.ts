import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { groupVersionKind, type KubeObject } from '../../src/api/index.ts';
import { parseManifest } from '../../src/knative/index.ts';
import { spokeRules } from '../../src/operator/index.ts';
import { knativeManifestDirectories } from '../bed/index.ts';

/** All objects of all releases, ingresses and sources that are at hand, each kind and name once. */
const objects = new Map<string, KubeObject>();

beforeAll(async () => {
  for (const directory of await knativeManifestDirectories()) {
    const names = (await readdir(directory, { recursive: true })).filter((name) => /\.ya?ml$/.test(name));
    for (const name of names) {
      const text = await readFile(join(directory, name), 'utf8');
      for (const object of parseManifest(text, name))
        objects.set(`${object.apiVersion} ${object.kind} ${object.metadata.name}`, object);
    }
  }
}, 300_000);

it("the rights on a spoke cover every kind that Knative's releases consist of", () => {
  expect(objects.size).toBeGreaterThan(400);
  for (const verb of ['get', 'list', 'watch', 'create', 'patch']) {
    const granted = new Set(
      spokeRules
        .filter(({ verbs, names }) => verbs.includes(verb) && names === undefined)
        .flatMap(({ group, resources }) => resources.map((resource) => `${resource}.${group}`)),
    );
    for (const object of objects.values()) {
      const { group, kind } = groupVersionKind(object);
      expect(granted, `${verb} ${kind}`).toContain(`${kind.toLowerCase()}s.${group}`);
    }
  }
});

it.each(['ClusterRole', 'Role'])('each %s of them may be given away, and no other', (kind) => {
  const rule = spokeRules.find(
    ({ verbs, resources }) => verbs.includes('escalate') && resources.includes(`${kind.toLowerCase()}s`),
  );
  const wanted = [...objects.values()]
    .filter((object) => object.kind === kind)
    .map(({ metadata }) => metadata.name);
  expect(rule?.verbs).toEqual(['bind', 'escalate']);
  expect(rule?.names).toEqual([...new Set(wanted)].toSorted());
});

it('nothing is bound to a role that may not be given away', () => {
  const names = new Set(
    spokeRules.flatMap(({ verbs, names: given = [] }) => (verbs.includes('bind') ? given : [])),
  );
  const bindings = [...objects.values()].filter(({ kind }) => kind.endsWith('RoleBinding'));
  for (const binding of bindings)
    expect(names).toContain((binding['roleRef'] as { readonly name: string }).name);
});
