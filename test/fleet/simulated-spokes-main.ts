import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { groupVersionKind, type KubeObject, objectKey } from '../../src/api/index.ts';
import type { Resource } from '../../src/kube/index.ts';
import { type Exchange, FakeApiServer } from '../support/fake-api-server/index.ts';
import { metadataOf, storedObject } from '../support/stored-object.ts';
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
  const { uid, creationTimestamp } = current?.metadata ?? {};
  const stored = server.objects.put(
    resource,
    storedObject(sent, {
      uid: uid ?? randomUUID(),
      resourceVersion: '',
      fieldManager: exchange.query('fieldManager') ?? '',
      time: creationTimestamp ?? new Date().toISOString().replace(/\..*/, 'Z'),
    }),
  );
  if (sent.kind === 'CustomResourceDefinition') server.resources.push(...definedBy(sent, server.resources));
  const isPartial = String(exchange.headers['accept']).includes('as=PartialObjectMetadata');
  exchange.json(current === undefined ? 201 : 200, isPartial ? metadataOf(stored) : stored);
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
