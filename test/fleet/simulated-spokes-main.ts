import { once } from 'node:events';
import { groupVersionKind, type KubeObject, objectKey } from '../../src/api/index.ts';
import type { Resource } from '../../src/kube/index.ts';
import { type Exchange, FakeApiServer } from '../support/fake-api-server/index.ts';
import type { SimulationReport, SimulationSettings } from './simulated-spokes.ts';

const [settings] = (await once(process, 'message')) as [SimulationSettings];
const servers = await Promise.all(Array.from({ length: settings.count }, startServer));
process.on('message', report);
process.once('disconnect', () => process.exit(0));
report();

function report(): void {
  const told: SimulationReport = {
    ports: servers.map(({ port }) => port),
    open: servers.map(({ sockets }) => sockets.size),
  };
  process.send?.(told);
}

async function startServer(): Promise<FakeApiServer> {
  const server = await FakeApiServer.start({ pair: settings.pair });
  server.resources.splice(0, server.resources.length, ...settings.resources);
  server.intercept((exchange) => {
    // What was asked is of no interest here, and much.
    server.requests.length = 0;
    if (exchange.headers['content-type'] !== 'application/apply-patch+yaml') return false;
    apply(server, exchange);
    return true;
  });
  return server;
}

/** Server-side apply by the only one who applies: the object becomes what is sent, and its fields belong to the sender. */
function apply(server: FakeApiServer, exchange: Exchange): void {
  const sent = JSON.parse(exchange.body) as KubeObject;
  const kind = groupVersionKind(sent);
  const resource = server.resources.find(
    (one) => one.kind === kind.kind && one.group === kind.group && one.version === kind.version,
  );
  if (resource === undefined) return exchange.text(404, '404 page not found\n');
  const current = server.objects.get(resource, objectKey(sent.metadata));
  const manager = exchange.query('fieldManager') ?? '';
  const stored = server.objects.put(resource, {
    ...sent,
    metadata: {
      ...sent.metadata,
      creationTimestamp: current?.metadata.creationTimestamp ?? new Date().toISOString().replace(/\..*/, 'Z'),
      generation: 1,
      managedFields: [
        {
          manager,
          operation: 'Apply',
          apiVersion: sent.apiVersion,
          fieldsType: 'FieldsV1',
          fieldsV1: fieldsOf(sent),
        },
      ],
    },
    ...(sent.kind === 'Deployment' ? { status: available(sent) } : {}),
  });
  if (sent.kind === 'CustomResourceDefinition') server.resources.push(...definedBy(sent, server.resources));
  const isPartial = String(exchange.headers['accept']).includes('as=PartialObjectMetadata');
  const { metadata } = stored;
  exchange.json(
    current === undefined ? 201 : 200,
    isPartial ? { apiVersion: 'meta.k8s.io/v1', kind: 'PartialObjectMetadata', metadata } : stored,
  );
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [`f:${key}`, fieldsOf(field)]));
}

/** As the controllers of a cluster leave it in the end. */
function available({ spec }: KubeObject): Readonly<Record<string, unknown>> {
  const { replicas = 1 } = spec as { readonly replicas?: number };
  return {
    observedGeneration: 1,
    replicas,
    updatedReplicas: replicas,
    readyReplicas: replicas,
    availableReplicas: replicas,
    conditions: [{ type: 'Available', status: 'True' }],
  };
}

function definedBy({ spec }: KubeObject, known: readonly Resource[]): readonly Resource[] {
  const { group, names, scope, versions } = spec as {
    readonly group: string;
    readonly scope: string;
    readonly names: { readonly kind: string; readonly plural: string };
    readonly versions: readonly { readonly name: string; readonly served: boolean }[];
  };
  return versions
    .filter(({ name, served }) => {
      return (
        served && !known.some((one) => one.group === group && one.version === name && one.kind === names.kind)
      );
    })
    .map(({ name }) => ({ group, version: name, ...names, namespaced: scope === 'Namespaced' }));
}
