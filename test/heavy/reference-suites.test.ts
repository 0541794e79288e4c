import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { groupVersionKind, type KubeObject } from '../../src/api/index.ts';
import { type KubeClient, NoMatchError, resources } from '../../src/kube/index.ts';
import { knativeManifestDirectories, waitFor } from '../bed/index.ts';
import {
  addOnsAtHand,
  conditionOf,
  deliveredObjects,
  Fleet,
  Installation,
  leftBehind,
  minimalDefinition,
  neighbouringReleases,
  StatusHistory,
} from '../fleet/index.ts';

/**
 * The end-to-end suites of knative/operator as its users run them, step by step: TestKnative{Serving,Eventing}Deployment,
 * TestMulticlusterKnative{Serving,Eventing}SpokeDeployment and TestOperatorUpgrades, each on the hub itself and on a spoke.
 */
let fleet: Fleet;
let history: StatusHistory;
let eventingHistory: StatusHistory;

const components = ['serving', 'eventing'] as const;
type Component = (typeof components)[number];
const sites = ['hub', 'spoke'] as const;
type Site = (typeof sites)[number];
const everywhere = sites.flatMap((site) => components.map((component) => ({ site, component })));
type Target = (typeof everywhere)[number];

/** On the spoke the objects are in namespaces of a team's own. */
const namespaces = {
  hub: { serving: 'knative-serving', eventing: 'knative-eventing' },
  spoke: { serving: 'knative-operator-testing', eventing: 'knative-eventing-testing' },
} as const;
/** Releases up to 1.15 have no ingress by the Gateway API. */
const [ingress = ''] = await addOnsAtHand('ingress', ['gateway-api', 'kourier']);

beforeAll(async () => {
  const flags = { 'kube-controller-manager': ['--horizontal-pod-autoscaler-sync-period=1s'] };
  fleet = await Fleet.start({ hub: { admissionWebhooks: false, flags }, spokes: [{ flags }] });
  for (const site of sites) {
    for (const [group, kind] of [
      ['networking.istio.io', 'Gateway'],
      ['security.istio.io', 'PeerAuthentication'],
      ['gateway.networking.k8s.io', 'Gateway'],
      ['gateway.networking.k8s.io', 'HTTPRoute'],
    ] as const)
      await clientOf(site).create(resources.customResourceDefinitions, minimalDefinition(group, kind));
    await fleet.namespace('istio-system', clientOf(site));
    // The namespaces of the installations are there before these.
    for (const component of components) await fleet.namespace(namespaces[site][component], clientOf(site));
  }
  history = await StatusHistory.start(fleet.hub);
  eventingHistory = await StatusHistory.start(fleet.hub, resources.knativeEventings);
  await fleet.startOperator({ knativeOnHub: true, flags: ['--remote-deployments-poll-interval=1s'] });
});

afterAll(async () => {
  await Promise.all([history[Symbol.asyncDispose](), eventingHistory[Symbol.asyncDispose]()]);
  await fleet[Symbol.asyncDispose]();
});

function clientOf(site: Site): KubeClient {
  return site === 'hub' ? fleet.hub : fleet.spoke(0).client;
}

/** With this very spec: Serving gets Istio where nothing else is named. */
function create({ site, component }: Target, spec: Readonly<Record<string, unknown>>): Promise<Installation> {
  const unnamed = component === 'serving' ? { ingress: undefined, config: undefined } : {};
  return Installation.create(fleet, component, {
    namespace: namespaces[site][component],
    ...(site === 'hub' ? {} : { profile: fleet.spoke(0).profile }),
    spec: { ...unnamed, ...spec },
  });
}

/** For all targets at once. */
async function all<T>(each: (target: Target) => Promise<T>): Promise<ReadonlyMap<Target, T>> {
  return new Map(await Promise.all(everywhere.map(async (target) => [target, await each(target)] as const)));
}

function entry<T>(map: ReadonlyMap<Target, T>, { site, component }: Target): T {
  const found = [...map].find(([target]) => target.site === site && target.component === component);
  if (found === undefined) throw new Error(`nothing for ${component} on the ${site}`);
  return found[1];
}

function deployments({ site, component }: Target): Promise<readonly KubeObject[]> {
  return listed(resources.deployments, { site, component });
}

async function listed(
  resource: (typeof resources)['deployments' | 'configMaps'],
  { site, component }: Target,
): Promise<readonly KubeObject[]> {
  const namespace = namespaces[site][component];
  return (await clientOf(site).list(resource, { namespace })).items;
}

async function dataOf(target: Target, name: string): Promise<Readonly<Record<string, string>>> {
  const namespace = namespaces[target.site][target.component];
  const found = await clientOf(target.site).get(resources.configMaps, { namespace, name });
  return (found['data'] ?? {}) as Readonly<Record<string, string>>;
}

/** What a removal has not taken away. */
async function leftOf(target: Target, installation: Installation): Promise<readonly string[]> {
  const { site, component } = target;
  await installation.waitForGone();
  const left = await leftBehind(clientOf(site), `knative-${component}`);
  const running = (await deployments(target)).map(({ metadata }) => metadata.name);
  return [...left, ...running];
}

describe('an upgrade and a downgrade between two neighbouring minor versions', () => {
  let installed: ReadonlyMap<Target, Installation>;
  let releases: Readonly<Record<Component, readonly [older: string, newer: string]>>;
  /** What the manifests of each version say, as the status records them. */
  const manifests = new Map<string, readonly KubeObject[]>();

  beforeAll(async () => {
    releases = {
      serving: await neighbouringReleases('serving'),
      eventing: await neighbouringReleases('eventing'),
    };
    const config = { tracing: { backend: 'none' } };
    installed = await all((target) =>
      create(target, {
        version: releases[target.component][0],
        config: target.component === 'serving' ? { ...config, domain: { 'example.com': '' } } : config,
      }),
    );
  });

  const [older, newer] = [0, 1] as const;
  type Version = typeof older | typeof newer;

  test('begins with the older version, whole and available', async () => {
    expect(await versionsOnceReadyAt(older)).toEqual(wanted(older));
    expect(await wrongDeployments(older)).toEqual([]);
  });

  test('ends with the newer one, without what only the older one has', async () => {
    await moveTo(newer);
    expect(await versionsOnceReadyAt(newer)).toEqual(wanted(newer));
    expect(await wrongDeployments(newer)).toEqual([]);
    expect(await obsolete(older, newer)).toEqual([]);
  });

  test('goes back to the older one, without what only the newer one has', async () => {
    await moveTo(older);
    expect(await versionsOnceReadyAt(older)).toEqual(wanted(older));
    expect(await wrongDeployments(older)).toEqual([]);
    expect(await obsolete(newer, older)).toEqual([]);
    for (const site of sites) {
      expect(await dataOf({ site, component: 'serving' }, 'config-domain')).toHaveProperty(
        ['example.com'],
        '',
      );
    }
  });

  test('leaves nothing when it is deleted', async () => {
    await Promise.all([...installed.values()].map((installation) => installation.delete()));
    const left = await all((target) => leftOf(target, entry(installed, target)));
    expect([...left.values()].flat()).toEqual([]);
  });

  function wanted(version: Version): readonly string[] {
    return everywhere.map(({ component }) => releases[component][version]);
  }

  async function moveTo(version: Version): Promise<void> {
    await all((target) =>
      entry(installed, target).patch({ spec: { version: releases[target.component][version] } }),
    );
  }

  async function versionsOnceReadyAt(version: Version): Promise<readonly string[]> {
    const versions = await all(async (target) => {
      const { status } = (await entry(installed, target).waitForReady()) as unknown as {
        readonly status: { readonly version: string; readonly manifests: readonly string[] };
      };
      manifests.set(keyOf(target, version), await readManifests(status.manifests));
      return status.version;
    });
    return [...versions.values()];
  }

  function keyOf({ site, component }: Target, version: Version): string {
    return `${site} ${component} ${version}`;
  }

  function manifestOf(target: Target, version: Version): readonly KubeObject[] {
    return manifests.get(keyOf(target, version)) ?? [];
  }

  /** Those of the manifests that are not there, not of the version, or not available. */
  async function wrongDeployments(version: Version): Promise<readonly string[]> {
    const wrong = await all(async (target) => {
      const there = new Map((await deployments(target)).map((each) => [each.metadata.name, each]));
      const names = manifestOf(target, version)
        .filter(({ kind }) => kind === 'Deployment')
        .map(({ metadata }) => metadata.name);
      if (names.length < 3) return [`${keyOf(target, version)} has no manifests`];
      return names.filter((name) => {
        const found = there.get(name);
        return !(found && isAvailable(found) && isOf(found, releases[target.component][version]));
      });
    });
    return [...wrong.values()].flat();
  }

  /** What is there of one version and not of the other, but for what stays on purpose. */
  async function obsolete(before: Version, now: Version): Promise<readonly string[]> {
    const kept =
      /^(?:Job|CustomResourceDefinition|MutatingWebhookConfiguration|ValidatingWebhookConfiguration)[.]/;
    const stale = await all(async (target) => {
      const { site, component } = target;
      const wanted = new Set(manifestOf(target, now).map(identity));
      const old = new Set(manifestOf(target, before).map(identity));
      const there = (await deliveredObjects(clientOf(site), `knative-${component}`)).map(identity);
      return there.filter((each) => old.has(each) && !wanted.has(each) && !kept.test(each));
    });
    return [...stale.values()].flat();
  }
});

describe('a deployment of the newest version', () => {
  let installed: ReadonlyMap<Target, Installation>;

  beforeAll(async () => {
    const byGateway = {
      ingress: { istio: { enabled: false }, [ingress]: { enabled: true } },
      config: { network: { 'ingress-class': `${ingress}.ingress.networking.knative.dev` } },
    };
    installed = await all((target) =>
      create(target, target.site === 'spoke' && target.component === 'serving' ? byGateway : {}),
    );
  });

  test.each(everywhere)('of $component on the $site becomes Ready, all of it available', async (target) => {
    const installation = entry(installed, target);
    const ready = await installation.waitForReady();
    expect(conditionOf(ready, 'TargetClusterResolved')?.status).toBe('True');
    const seen = target.component === 'serving' ? history : eventingHistory;
    const course = seen.course(installation.name, 'TargetClusterResolved');
    expect(course.filter((word) => word !== 'Unknown')).toEqual(['True']);
    const workloads = await deployments(target);
    expect(workloads).not.toEqual([]);
    expect(workloads.filter((each) => !isAvailable(each))).toEqual([]);
  });

  test.each(sites)('has nothing of cert-manager on the %s, where that is not installed', async (site) => {
    for (const [group, version, kind] of [
      ['cert-manager.io', 'v1', 'Certificate'],
      ['cert-manager.io', 'v1', 'Issuer'],
      ['cert-manager.io', 'v1', 'ClusterIssuer'],
      ['trust.cert-manager.io', 'v1alpha1', 'Bundle'],
    ] as const) {
      await expect(clientOf(site).resourceFor({ group, version, kind })).rejects.toThrow(NoMatchError);
    }
  });

  describe.each(sites)('of Serving on the %s', (site) => {
    const target = { site, component: 'serving' } as const;
    const levels = { 'loglevel.controller': 'debug', 'loglevel.autoscaler': 'debug' };
    const timeout = 'revision-timeout-seconds';

    test('takes settings from a spec that is replaced as a whole', async () => {
      const serving = entry(installed, target);
      await serving.replaceSpec({ config: { defaults: { [timeout]: '200' }, logging: levels } });
      await serving.waitForReady();
      expect(await dataOf(target, 'config-defaults')).toMatchObject({ [timeout]: '200' });
      expect(await dataOf(target, 'config-logging')).toMatchObject(levels);
    });

    test('loses a single setting, and keeps its neighbour', async () => {
      const serving = entry(installed, target);
      await serving.patch({ spec: { config: { logging: { 'loglevel.autoscaler': null } } } });
      await serving.waitForReady();
      const logging = await dataOf(target, 'config-logging');
      expect(logging).toHaveProperty(['loglevel.controller'], 'debug');
      expect(logging).not.toHaveProperty(['loglevel.autoscaler']);
    });

    test('runs every Deployment twice for high availability, and then as before', async () => {
      const serving = entry(installed, target);
      const before = await wantedReplicas();
      await serving.patch({ spec: { 'high-availability': { replicas: 2 } } });
      await serving.waitForReady();
      const twice = await waitFor('every Deployment has two replicas', async (saw) => {
        const found = (await deployments(target)).map((each) => [
          each.metadata.name,
          replicasOf(each, 'status'),
        ]);
        saw(found);
        return found.every(([, replicas]) => replicas === 2) ? found : undefined;
      });
      expect(twice.length).toBeGreaterThan(3);
      await serving.patch({ spec: { 'high-availability': null } });
      await serving.waitForReady();
      expect(await wantedReplicas()).toEqual(before);
    });

    /** Those of autoscalers stay for a while when they have nothing to do. */
    async function wantedReplicas(): Promise<readonly unknown[]> {
      return (await deployments(target))
        .filter(({ metadata }) => !['activator', 'webhook'].includes(metadata.name))
        .map((each) => [each.metadata.name, replicasOf(each, 'spec')]);
    }

    test('has nothing but the example in a ConfigMap whose settings are an empty map', async () => {
      const serving = entry(installed, target);
      await serving.patch({ spec: { config: { defaults: { [timeout]: null } } } });
      await serving.waitForReady();
      expect(Object.keys(await dataOf(target, 'config-defaults'))).toEqual(['_example']);
      expect(await dataOf(target, 'config-logging')).toHaveProperty(['loglevel.controller'], 'debug');
    });

    test('has no setting of its own with an empty spec', async () => {
      const serving = entry(installed, target);
      await serving.replaceSpec({});
      await serving.waitForReady();
      expect(await dataOf(target, 'config-logging')).not.toHaveProperty(['loglevel.controller']);
    });
  });

  describe.each(everywhere)('of $component on the $site', (target) => {
    test.each(['deployments', 'configMaps'] as const)('gets the first of its %s back', async (kind) => {
      const client = clientOf(target.site);
      const [first] = await listed(resources[kind], target);
      const { namespace = '', name = '', uid } = first?.metadata ?? {};
      await client.delete(resources[kind], { namespace, name }, { propagation: 'Background' });
      const back = await waitFor(`${name} is back`, async () => {
        const now = await client.get(resources[kind], { namespace, name });
        return now.metadata.uid !== uid && (kind === 'configMaps' || isAvailable(now)) ? now : undefined;
      });
      expect(back.metadata.labels).toEqual(first?.metadata.labels);
      await entry(installed, target).waitForReady();
    });

    test('is gone with its object, but for its definitions', async () => {
      const installation = entry(installed, target);
      const { namespace } = (await installation.waitForReady()).metadata;
      await installation.delete();
      expect(await leftOf(target, installation)).toEqual([]);
      const kind = target.component === 'serving' ? resources.knativeServings : resources.knativeEventings;
      expect((await fleet.hub.list(kind, { namespace })).items).toEqual([]);
      const { items } = await clientOf(target.site).list(resources.customResourceDefinitions, {
        metadataOnly: true,
      });
      const names = items.map(({ metadata }) => metadata.name);
      expect(names.some((name) => name.endsWith(`.${target.component}.knative.dev`))).toBe(true);
      const { metadata } = await clientOf(target.site).get(resources.namespaces, { name: namespace ?? '' });
      expect(metadata).not.toHaveProperty('deletionTimestamp');
    });
  });
});

function isAvailable(deployment: KubeObject): boolean {
  return conditionOf(deployment, 'Available')?.status === 'True';
}

function replicasOf(deployment: KubeObject, where: 'spec' | 'status'): number | undefined {
  return (deployment[where] as { readonly replicas?: number } | undefined)?.replicas;
}

/** Ingresses have versions of their own. */
function isOf({ metadata: { labels = {} } }: KubeObject, version: string): boolean {
  if ('networking.knative.dev/ingress-provider' in labels) return true;
  const of = ['app.kubernetes.io/version', 'serving.knative.dev/release', 'eventing.knative.dev/release'].map(
    (label) => labels[label]?.replace(/^v/, ''),
  );
  return of.includes(version);
}

/** Whatever namespace the manifest is written for. */
function identity({ apiVersion, kind, metadata }: KubeObject): string {
  return `${kind}.${groupVersionKind({ apiVersion, kind }).group} ${metadata.name}`;
}

/** Each a file or a directory, below where the image of knative/operator has them; several are separated by commas. */
async function readManifests(recorded: readonly string[]): Promise<readonly KubeObject[]> {
  const [directory = ''] = await knativeManifestDirectories();
  const paths = recorded.flatMap((each) => each.replaceAll('/var/run/ko', directory).split(','));
  const files = await Promise.all(paths.map(yamlFiles));
  const texts = await Promise.all(files.flat().map((file) => readFile(file, 'utf8')));
  return texts
    .flatMap((text) => loadAll(text) as readonly (KubeObject | null)[])
    .filter((object) => object !== null);
}

async function yamlFiles(path: string): Promise<readonly string[]> {
  if ((await stat(path)).isFile()) return [path];
  const names = await readdir(path);
  return names.filter((name) => name.endsWith('.yaml')).map((name) => join(path, name));
}
