import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { KubeObject } from '../../src/api/index.ts';
import { type KubeClient, NotFoundError, resources } from '../../src/kube/index.ts';
import { knativeManifestDirectories, waitFor } from '../bed/index.ts';
import {
  AuditLog,
  conditionOf,
  contentsOf,
  createAsReference,
  deliveredObjects,
  Fleet,
  installAsReference,
  isByOperator,
  isWrite,
  leftBehind,
  metricValue,
  type ReferenceInstallation,
  renderOffline,
  requestLine,
  type RunningOperator,
  StatusHistory,
  waitForRollouts,
} from '../fleet/index.ts';

interface Release {
  readonly version: string;
  /** As knative/operator spells them in a status. */
  readonly paths: readonly string[];
}

let manifests: string;
const releases = new Map<'serving' | 'eventing', Release>();

beforeAll(async () => {
  [manifests = ''] = await knativeManifestDirectories();
  for (const component of ['serving', 'eventing'] as const) {
    const versions = await readdir(join(manifests, `knative-${component}`));
    const version = versions.toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true })).at(-1) ?? '';
    const minor = version.split('.').slice(0, 2).join('.');
    const core = `/var/run/ko/knative-${component}/${version}`;
    const paths = component === 'serving' ? [core, `/var/run/ko/ingress/${minor}/kourier`] : [core];
    releases.set(component, { version, paths });
  }
});

function install(
  fleet: Fleet,
  component: 'serving' | 'eventing',
  target: { readonly client: KubeClient; readonly profile?: string },
): Promise<ReferenceInstallation> {
  const { version, paths } = releases.get(component) ?? { version: '', paths: [] };
  return installAsReference({
    fleet,
    component,
    version,
    paths,
    render: (object) => renderOffline(object, manifests),
    spec: specOf(component, version),
    ...target,
  });
}

function specOf(component: 'serving' | 'eventing', version: string): Readonly<Record<string, unknown>> {
  if (component === 'eventing') return { version, config: { logging: { 'loglevel.controller': 'debug' } } };
  const network = {
    'ingress-class': 'kourier.ingress.networking.knative.dev',
    'domain-template': '{{.Name}}',
  };
  return { version, ingress: { kourier: { enabled: true } }, config: { network } };
}

/** What an earlier spec had, and the reference operator left there. */
function leftovers(component: string, namespace: string): readonly KubeObject[] {
  const labels = { 'app.kubernetes.io/name': `knative-${component}` };
  return [
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata: { name: `${component}-of-yesterday`, labels },
      rules: [],
    },
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { namespace, name: `${component}-of-yesterday`, labels, ownerReferences: [] },
      data: {},
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { namespace: 'istio-system', name: `${component}-gateway`, labels },
      spec: { ports: [{ port: 80 }] },
    },
  ];
}

/** Resolves once a whole pass is over. */
async function takenOver({ installation }: ReferenceInstallation): Promise<void> {
  await waitFor(
    'it is taken over',
    async () => {
      const { status } = (await installation.get()) as {
        readonly status?: { readonly target?: { readonly anchorUid?: string } };
      };
      return status?.target?.anchorUid !== undefined;
    },
    { timeoutMs: 90_000 },
  );
  await installation.waitForEvent('Pruned', 'of-yesterday');
  await installation.waitForReady();
}

describe.each(['spoke', 'hub'] as const)('an installation of the reference operator on the %s', (where) => {
  let fleet: Fleet;
  let client: KubeClient;
  let log: AuditLog;
  let history: StatusHistory;
  let operator: RunningOperator;
  const found = new Map<string, ReferenceInstallation>();
  const before = new Map<string, Readonly<Record<string, unknown>>>();
  let seen: number;

  beforeAll(async () => {
    log = await AuditLog.create();
    const audited = { flags: { 'kube-apiserver': log.flags } };
    fleet = await Fleet.start(
      where === 'hub' ? { hub: { admissionWebhooks: false, ...audited }, spokes: 0 } : { spokes: [audited] },
    );
    client = where === 'hub' ? fleet.hub : fleet.spoke(0).client;
    const target = where === 'hub' ? { client } : { client, profile: fleet.spoke(0).profile };
    await fleet.namespace('istio-system', client);
    for (const component of ['serving', 'eventing'] as const) {
      const installation = await install(fleet, component, target);
      found.set(component, installation);
      const { namespace = '' } = installation.installation.name;
      for (const object of leftovers(component, namespace))
        await createAsReference(client, object, installation.owner);
    }
    await waitForRollouts(client);
    for (const component of ['serving', 'eventing'])
      before.set(component, await contentsOf(client, `knative-${component}`));
    history = await StatusHistory.start(fleet.hub);
    seen = (await log.entries()).length;
    operator = await startOperator();
    for (const each of found.values()) await takenOver(each);
  });

  afterAll(async () => {
    await history[Symbol.asyncDispose]();
    await fleet[Symbol.asyncDispose]();
    await log[Symbol.asyncDispose]();
  });

  function startOperator(): Promise<RunningOperator> {
    return fleet.startOperator({ manifests, knativeOnHub: where === 'hub', flags: ['--disable-ha'] });
  }

  function passes(controller: string): Promise<number> {
    return metricValue(operator.metricsUrl, 'controller_runtime_reconcile_total', { controller });
  }

  function of(component: string): ReferenceInstallation {
    const installation = found.get(component);
    if (installation === undefined) throw new Error(`there is no ${component}`);
    return installation;
  }

  /** Writes of the operator since `from`, but for its own records and the objects on the hub. */
  async function writes(from: number): Promise<readonly string[]> {
    const entries = (await log.entries()).slice(from);
    return entries
      .filter(isByOperator)
      .filter(isWrite)
      .filter(({ objectRef }) => !/^knative(serving|eventing)s$/.test(objectRef?.resource ?? ''))
      .filter(({ objectRef }) => !/-(root-owner|inventory)$/.test(objectRef?.name ?? ''))
      .map(requestLine);
  }

  test.each(['serving', 'eventing'])(
    'of %s is taken over as it is, but for what is wanted no more',
    async (component) => {
      const [then, now] = [before.get(component) ?? {}, await contentsOf(client, `knative-${component}`)];
      const gone = Object.keys(then).filter((place) => !(place in now));
      expect(gone).toEqual([
        `ClusterRole.rbac.authorization.k8s.io /${component}-of-yesterday`,
        `ConfigMap. knative-${component}/${component}-of-yesterday`,
        `Service. istio-system/${component}-gateway`,
      ]);
      // With their uids and generations: nothing was made anew, and no workload starts again.
      expect(now).toEqual(
        Object.fromEntries(Object.entries(then).filter(([place]) => !gone.includes(place))),
      );
      expect(await of(component).installation.events('DriftMended')).toEqual([]);
    },
  );

  test('is never seen as anything but ready', () => {
    expect(history.course(of('serving').installation.name, 'Ready')).toEqual(['True']);
  });

  test('is written to by patches of fields it has already, and by the deletion of what is wanted no more', async () => {
    const others = (await writes(seen)).filter((write) => !write.startsWith('patch '));
    expect(others.toSorted()).toEqual(
      ['eventing', 'serving']
        .flatMap((component) => [
          `delete /api/v1/namespaces/istio-system/services/${component}-gateway`,
          `delete /api/v1/namespaces/knative-${component}/configmaps/${component}-of-yesterday`,
          `delete /apis/rbac.authorization.k8s.io/v1/clusterroles/${component}-of-yesterday`,
        ])
        .toSorted(),
    );
  });

  test('has one owner of its fields then, and what the reference operator looks for if it comes back', async () => {
    for (const component of ['serving', 'eventing'] as const) {
      const objects = await deliveredObjects(client, `knative-${component}`, { metadataOnly: true });
      const applied = objects.filter(({ kind }) => kind !== 'Job' && kind !== 'Namespace');
      for (const { kind, metadata } of applied) {
        const theirs = metadata.managedFields?.filter(({ manager }) => manager === 'manifestival') ?? [];
        const notes = { 'f:kubectl.kubernetes.io/last-applied-configuration': {}, 'f:manifestival': {} };
        expect([kind, metadata.name, theirs.map(({ fieldsV1 }) => fieldsV1)]).toEqual([
          kind,
          metadata.name,
          [{ 'f:metadata': { 'f:annotations': notes } }],
        ]);
        expect(metadata.annotations?.['manifestival']).toBe('new');
      }
      const { installation, owner } = of(component);
      const { metadata, status } = await installation.get();
      expect(metadata.finalizers).toEqual([`knative${component}s.operator.knative.dev`]);
      expect(status).toMatchObject({ manifests: releases.get(component)?.paths });
      if (where === 'hub') continue;
      const anchor = await client.get(resources.configMaps, {
        namespace: `knative-${component}`,
        name: owner.name,
      });
      expect(anchor.metadata).toMatchObject({
        uid: owner.uid,
        labels: {
          'app.kubernetes.io/managed-by': 'knative-operator',
          'operator.knative.dev/cr-name': 'knative',
        },
        annotations: { 'operator.knative.dev/anchor': 'true', 'operator.knative.dev/protected': 'true' },
      });
    }
  });

  test('is from then on like any other: a restart writes nothing', async () => {
    await operator.process.stop();
    const from = (await log.entries()).length;
    operator = await startOperator();
    for (const controller of ['knativeserving', 'knativeeventing'])
      await waitFor('it has looked at what is there', async () => (await passes(controller)) > 0);
    await of('serving').installation.waitForReady();
    expect(await writes(from)).toEqual([]);
  });

  test('is from then on like any other: drift is mended, and what the spec has no more goes', async () => {
    const { installation } = of('serving');
    const namespace = 'knative-serving';
    const activator = { namespace, name: 'activator' };
    const { uid } = (await client.get(resources.deployments, activator)).metadata;
    await client.delete(resources.deployments, activator, { propagation: 'Background' });
    await waitFor('the activator is there again', async () => {
      const there = await client.get(resources.deployments, activator).catch(absent);
      return there !== undefined && there.metadata.uid !== uid;
    });
    await installation.patch({ spec: { config: { network: { 'domain-template': null } } } });
    await waitFor('the key is gone', async () => {
      const { data } = (await client.get(resources.configMaps, { namespace, name: 'config-network' })) as {
        readonly data?: Readonly<Record<string, string>>;
      };
      return data?.['domain-template'] === undefined && data?.['ingress-class'] !== undefined;
    });
    await installation.waitForReady();
    expect(conditionOf(await installation.get(), 'InstallSucceeded')?.status).toBe('True');
  });

  test('leaves nothing when it is deleted', async () => {
    for (const { installation } of found.values()) await installation.delete();
    for (const { installation } of found.values()) await installation.waitForGone();
    for (const component of ['knative-serving', 'knative-eventing']) {
      // On the hub the namespace is the user's, like the object in it.
      const stays = where === 'hub' ? [`Namespace. /${component}`] : [];
      const left = await waitFor(`nothing of ${component} is left`, async (saw) => {
        const there = await leftBehind(client, component);
        saw(there);
        return there.length === stays.length ? there : undefined;
      });
      expect(left).toEqual(stays);
    }
  });
});

function absent(error: unknown): undefined {
  if (error instanceof NotFoundError) return undefined;
  throw error;
}
