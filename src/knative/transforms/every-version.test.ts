import { readFileSync } from 'node:fs';
import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { type KubeObject, parseKnativeEventing, parseKnativeServing } from '../../api/index.ts';
import {
  componentDirectories,
  eventingAddOns,
  type InstallationManifests,
  loadManifests,
  type ManifestRequest,
  type ReleasePath,
  servingAddOns,
} from '../manifests/index.ts';
import { releaseRoots, storeOver } from '../manifests/release-manifests.fixture.ts';
import { everyField } from './every-field.fixture.ts';
import { goldenCases } from './golden-cases.fixture.ts';
import { valueAt } from './path-copy.ts';
import { type Rendered, renderEventing, renderServing } from './render.ts';

const { old, recent } = releaseRoots();
const store = storeOver(old, recent);
const { signal } = new AbortController();
const resources = [...everyField, ...goldenCases().map(({ name, cr }) => renamed(cr, name))];
const kinds = { serving: 'KnativeServing', eventing: 'KnativeEventing' } as const;

describe.each(['serving', 'eventing'] as const)('Knative %s', async (component) => {
  const mine = resources.filter(({ kind }) => kind === kinds[component]);

  it.each(await store.versions(componentDirectories[component]))(
    '%s takes every resource',
    async (version) => {
      const outcomes = await Promise.all(mine.map((each) => outcomeOf(withVersion(each, version), version)));
      expect(outcomes.filter((outcome) => outcome.error !== '' && !isExplained(outcome))).toEqual([]);
      expect(outcomes.filter(({ error, objects }) => error === '' && objects < 40)).toEqual([]);
    },
  );

  it('is asked for with every field that there is', () => {
    const name = `operator.knative.dev_${kinds[component].toLowerCase()}s.yaml`;
    const definition = load(readFileSync(new URL(`../../../crds/${name}`, import.meta.url), 'utf8'));
    const versions = valueAt(definition, ['spec', 'versions']) as readonly unknown[];
    const schema = valueAt(versions[0], ['schema', 'openAPIV3Schema', 'properties', 'spec']) as Schema;
    const specs = everyField
      .filter(({ kind }) => kind === kinds[component])
      .map((each) => withVersion(each, '1.22.1')['spec']);
    expect(unused(schema, specs, 'spec')).toEqual([]);
  });
});

interface Outcome {
  readonly name: string;
  /** Empty where it was rendered. */
  readonly error: string;
  readonly objects: number;
  /** Add-ons that the resource asks for and that this release never had. */
  readonly missing: readonly ReleasePath[];
}

/** What a release never had cannot be rendered, and the error says what that is. */
function isExplained({ error, missing }: Outcome): boolean {
  return missing.length > 0 && missing.every((path) => error.includes(`'${path}'`));
}

async function outcomeOf(resource: KubeObject, version: string): Promise<Outcome> {
  const { name } = resource.metadata;
  const { request, render } = installationOf(resource, version);
  const found = await Promise.all(
    request.addOns.flat().map(async (path) => ({ path, manifest: await store.loadRelease(path, signal) })),
  );
  const missing = found.filter(({ manifest }) => manifest === undefined).map(({ path }) => path);
  try {
    const { objects } = render(await loadManifests(request, store, signal));
    return { name, missing, objects: objects.length, error: '' };
  } catch (error) {
    return { name, missing, objects: 0, error: String(error) };
  }
}

interface Installation {
  readonly request: ManifestRequest;
  readonly render: (manifests: InstallationManifests) => Rendered;
}

function installationOf(object: KubeObject, version: string): Installation {
  const input = { version, namespace: object.metadata.namespace ?? '' };
  const serving = parseKnativeServing(object);
  if (serving.ok) {
    const { spec } = serving.resource;
    return {
      request: { component: 'serving', spec, version, addOns: servingAddOns(spec, version) },
      render: (manifests) => renderServing(serving.resource, { ...input, manifests }),
    };
  }
  const eventing = parseKnativeEventing(object);
  if (!eventing.ok) throw new Error(JSON.stringify(eventing.problems));
  const { spec } = eventing.resource;
  return {
    request: { component: 'eventing', spec, version, addOns: eventingAddOns(spec, version) },
    render: (manifests) => renderEventing(eventing.resource, { ...input, manifests }),
  };
}

function renamed(resource: KubeObject, name: string): KubeObject {
  return { ...resource, metadata: { ...resource.metadata, name } };
}

function withVersion(resource: KubeObject, version: string): KubeObject {
  return { ...resource, spec: { ...(resource['spec'] as object), version } };
}

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly additionalProperties?: Schema;
}

/** Fields of a schema that no value has. */
function unused(schema: Schema, values: readonly unknown[], path: string): readonly string[] {
  const given = values.filter((value) => value !== undefined);
  if (given.length === 0) return [path];
  const below = Object.entries(schema.properties ?? {}).flatMap(([name, property]) =>
    unused(
      property,
      given.map((value) => valueAt(value, [name])),
      `${path}.${name}`,
    ),
  );
  const { items = schema.additionalProperties } = schema;
  const nested = given.flatMap((value) => Object.values(value as object));
  return [...below, ...(items === undefined ? [] : unused(items, nested, `${path}[]`))];
}
