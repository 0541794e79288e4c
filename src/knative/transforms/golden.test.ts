import { describe, expect, it } from 'vitest';
import { type KubeObject, parseKnativeEventing, parseKnativeServing } from '../../api/index.ts';
import { eventingAddOns, loadManifests, type ManifestStore, servingAddOns } from '../manifests/index.ts';
import { releaseRoots, storeOver } from '../manifests/release-manifests.fixture.ts';
import { targetVersion } from '../versions/index.ts';
import { type GoldenCase, goldenCases, identityOf } from './golden-cases.fixture.ts';
import { type Difference, intentionalDifferences } from './golden-differences.fixture.ts';
import { type Rendered, renderEventing, renderServing } from './render.ts';

/** `eventing-ha Deployment apps knative-eventing/imc-controller spec.replicas`, and both values. */
interface Deviation {
  readonly where: string;
  readonly object: string;
  readonly field: string;
  readonly theirs: unknown;
  readonly ours: unknown;
}

const { signal } = new AbortController();
const store = storeOver(releaseRoots().recent);
const owner = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  name: '{anchor}',
  uid: 'x',
  controller: true,
  blockOwnerDeletion: true,
};

/** What became of a case: how it deviates, or why it cannot be rendered. */
interface Outcome {
  readonly golden: GoldenCase;
  readonly rendered?: Awaited<ReturnType<typeof render>>;
  readonly deviations: readonly Deviation[];
  readonly error?: unknown;
}

async function compare(golden: GoldenCase): Promise<Outcome> {
  try {
    const rendered = await render(golden, store);
    return { golden, rendered, deviations: deviations(golden, rendered.objects) };
  } catch (error) {
    return { golden, deviations: [], error };
  }
}

describe('what the reference operator applied', async () => {
  const outcomes = await Promise.all(goldenCases().map(compare));

  for (const { golden, rendered, deviations: found, error } of outcomes) {
    it(`is what is rendered for ${golden.name}`, () => {
      expect(found.filter((deviation) => differenceOf(golden, deviation) === undefined)).toEqual([]);
      expect(rendered === undefined).toBe(golden.objects.size === 0);
      expect(String(error)).toContain(golden.failure);
      expect(rendered?.paths.map(withoutRoot) ?? []).toEqual(expect.arrayContaining([...golden.manifests]));
      expect(golden.version).toBeOneOf([undefined, rendered?.version]);
    });
  }

  it('differs in nothing that is listed in vain', () => {
    const met = new Set(
      outcomes.flatMap(({ golden, deviations: found }) => found.map((each) => differenceOf(golden, each))),
    );
    const expected = outcomes.length === 0 ? [] : intentionalDifferences;
    expect(expected.filter((difference) => !met.has(difference))).toEqual([]);
  });
});

async function render(
  { cr }: GoldenCase,
  manifests: ManifestStore,
): Promise<Rendered & { readonly paths: readonly string[]; readonly version: string }> {
  const namespace = cr.metadata.namespace ?? '';
  const serving = parseKnativeServing(cr);
  const eventing = parseKnativeEventing(cr);
  if (serving.ok) {
    const { spec } = serving.resource;
    const version = await targetOf(spec.version, 'knative-serving');
    const addOns = servingAddOns(spec, version);
    const loaded = await loadManifests({ component: 'serving', spec, version, addOns }, manifests, signal);
    return {
      ...renderServing(serving.resource, { manifests: loaded, version, namespace, owner }),
      paths: loaded.paths,
      version,
    };
  }
  if (!eventing.ok) throw new Error(JSON.stringify(eventing.problems));
  const { spec } = eventing.resource;
  const version = await targetOf(spec.version, 'knative-eventing');
  const addOns = eventingAddOns(spec, version);
  const loaded = await loadManifests({ component: 'eventing', spec, version, addOns }, manifests, signal);
  return {
    ...renderEventing(eventing.resource, { manifests: loaded, version, namespace, owner }),
    paths: loaded.paths,
    version,
  };
}

async function targetOf(wanted: string | undefined, directory: string): Promise<string> {
  return targetVersion({ wanted, ownManifests: false, releases: await store.versions(directory) });
}

/** The record keeps the last of the sources that are joined by commas. */
function withoutRoot(path: string): string {
  return path.replace(/^.*,/, '').replace('/var/run/ko/', '');
}

function differenceOf({ name }: GoldenCase, { object, field }: Deviation): Difference | undefined {
  return intentionalDifferences.find(
    (candidate) => candidate.cases.test(name) && candidate.object.test(object) && candidate.field.test(field),
  );
}

function deviations(golden: GoldenCase, objects: readonly KubeObject[]): readonly Deviation[] {
  const ours = new Map(objects.map((object) => [identityOf(object), object]));
  const identities = [...new Set([...golden.objects.keys(), ...ours.keys()])];
  return identities
    .filter((identity) => isRecorded(identity, golden))
    .flatMap((object) => {
      const their = golden.objects.get(object);
      const my = ours.get(object);
      const found = { where: golden.name, object };
      if (their === undefined) return [{ ...found, field: '+', theirs: undefined, ours: my }];
      if (my === undefined) return [{ ...found, field: '-', theirs: their, ours: undefined }];
      return fieldsThatDiffer(plain(their), plain(my)).map((field) => ({ ...found, ...field }));
    });
}

/** What the record leaves out, and the anchor, which is not rendered but delivered. */
function isRecorded(identity: string, { objects }: GoldenCase): boolean {
  if (identity.startsWith('CustomResourceDefinition ') || identity.endsWith('/{anchor}')) return false;
  if (identity.startsWith('Namespace ')) return objects.has(identity);
  return identity !== 'ClusterRole rbac.authorization.k8s.io /knative-serving-admin';
}

function fieldsThatDiffer(
  theirs: unknown,
  ours: unknown,
  field = '',
): readonly Omit<Deviation, 'where' | 'object'>[] {
  if (JSON.stringify(theirs) === JSON.stringify(ours)) return [];
  if (!isContainer(theirs) || !isContainer(ours) || Array.isArray(theirs) !== Array.isArray(ours)) {
    return [{ field, theirs, ours }];
  }
  const keys = [...new Set([...Object.keys(theirs), ...Object.keys(ours)])];
  return keys.flatMap((key) =>
    fieldsThatDiffer(theirs[key], ours[key], field === '' ? key : `${field}.${key}`),
  );
}

function isContainer(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/**
 * Without what decoding into Go types and encoding again adds, drops or respells, which means the same to the API
 * server; without the order of environment variables, and without what the record leaves out.
 */
function plain(value: unknown, key = ''): unknown {
  if (key === 'cpu' || key === 'memory') return amount(String(value));
  if (Array.isArray(value)) {
    const items = value.map((item) => plain(item));
    return key === 'env' ? items.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)) : items;
  }
  if (!isContainer(value)) return value;
  const isSecret = value['kind'] === 'Secret';
  const kept = Object.entries(value)
    .filter(
      ([name]) =>
        !['uid', 'creationTimestamp'].includes(name) && !(isSecret && /^(string)?data$/i.test(name)),
    )
    .map(([name, field]) => [name, plain(field, name)] as const)
    .filter(([name, field]) => !isTrace(name, field))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(kept);
}

function isTrace(name: string, field: unknown): boolean {
  if (field === null || field === undefined) return true;
  if (field === '') return ['value', 'serviceName'].includes(name);
  return ['strategy', 'updateStrategy', 'resources', 'spec'].includes(name) && JSON.stringify(field) === '{}';
}

/** In thousandths: `1000m` is `1`, `2048Mi` is `2Gi`. */
function amount(text: string): number {
  const [, number = '', unit = ''] = /^([0-9.]+)([A-Za-z]*)$/.exec(text) ?? [];
  const factors: Readonly<Record<string, number>> = {
    m: 1,
    '': 1e3,
    Ki: 2 ** 10 * 1e3,
    Mi: 2 ** 20 * 1e3,
    Gi: 2 ** 30 * 1e3,
  };
  const factor = factors[unit];
  if (factor === undefined) throw new Error(`unknown amount '${text}'`);
  return Number(number) * factor;
}
