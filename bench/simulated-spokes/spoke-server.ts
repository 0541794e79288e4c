import { once } from 'node:events';
import { createSecureServer, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import type { KubeObject } from '../../src/api/index.ts';
import type { Resource } from '../../src/kube/index.ts';
import type { KeyPair } from '../../test/bed/index.ts';
import { discoveryDocument } from './discovery-document.ts';
import { requestPlace, type ResourcePlace } from './request-place.ts';
import { type Selection, SimulatedSpoke } from './simulated-spoke.ts';
import { metadataOf } from '../../test/support/stored-object.ts';

export interface SpokeServerOptions {
  readonly pair: KeyPair;
  /** What each of its clusters serves besides kinds that somebody defines there. */
  readonly served: readonly Resource[];
}

interface Request {
  readonly stream: ServerHttp2Stream;
  readonly method: string;
  readonly url: URL;
  readonly contentType: string;
  readonly body: string;
  /** The client asks for PartialObjectMetadata. */
  readonly metadataOnly: boolean;
}

/** As Go's HTTP/2 server. */
const maxConcurrentStreams = 250;
const version = { major: '1', minor: '36', gitVersion: 'v1.36.3' };

/**
 * Serves any number of simulated clusters below `/clusters/NAME`, over real TLS and HTTP/2: to a client each is an API
 * server that accepts everything. Resolves with its port.
 */
export async function serveSpokes({ pair, served }: SpokeServerOptions): Promise<number> {
  const spokes = new Map<string, SimulatedSpoke>();
  const discovery = new Map(
    (['/api', '/apis'] as const).map((path) => [
      path as string,
      JSON.stringify(discoveryDocument(path, served)),
    ]),
  );
  const server = createSecureServer({ ...pair, settings: { maxConcurrentStreams } });
  server.on('stream', (stream, headers) => {
    stream.on('error', () => undefined);
    receive(stream, headers).catch(() => stream.close());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;

  async function receive(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): Promise<void> {
    const request = requestOf(stream, headers, await readAll(stream));
    const place = requestPlace(request.url.pathname);
    if (place === undefined) return refuse(request, 404, 'NotFound');
    const { cluster, path, resource } = place;
    const document = path === '/version' ? JSON.stringify(version) : discovery.get(path);
    if (document !== undefined) return respond(request, 200, document);
    if (resource === undefined) return refuse(request, 404, 'NotFound');
    const spoke = spokes.get(cluster) ?? new SimulatedSpoke();
    spokes.set(cluster, spoke);
    answerResource(request, spoke, resource);
  }
}

function answerResource(request: Request, spoke: SimulatedSpoke, place: ResourcePlace): void {
  const { method, url } = request;
  const query = url.searchParams;
  const { collection, namespace } = place;
  if (place.name !== undefined) return answerObject(request, spoke, place);
  if (method === 'POST') return answerWrite(request, spoke, place, 201);
  const selection = { collection, namespace, labelSelector: query.get('labelSelector') ?? '' };
  if (query.get('watch') === '1') return answerWatch(request, spoke, selection);
  const items = spoke.list(selection).map((object) => shown(request, object));
  const list = {
    apiVersion: 'v1',
    kind: 'List',
    metadata: { resourceVersion: spoke.resourceVersion },
    items,
  };
  respond(request, 200, JSON.stringify(list));
}

function answerObject(request: Request, spoke: SimulatedSpoke, place: ResourcePlace): void {
  const current = spoke.get(place);
  const isApply = request.contentType.startsWith('application/apply-patch');
  if (request.method === 'PATCH' && isApply)
    return answerWrite(request, spoke, place, current === undefined ? 201 : 200);
  if (current === undefined) return refuse(request, 404, 'NotFound');
  switch (request.method) {
    case 'GET':
      return respond(request, 200, JSON.stringify(shown(request, current)));
    case 'PATCH': {
      const patched = spoke.mergePatch(place.collection, current, JSON.parse(request.body));
      return respond(request, 200, JSON.stringify(shown(request, patched)));
    }
    case 'DELETE':
      spoke.delete(place.collection, current);
      return respond(
        request,
        200,
        JSON.stringify({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success' }),
      );
    default:
      return refuse(request, 405, 'MethodNotAllowed');
  }
}

function answerWrite(
  request: Request,
  spoke: SimulatedSpoke,
  { collection }: ResourcePlace,
  status: number,
): void {
  const object = JSON.parse(request.body) as KubeObject;
  const manager = request.url.searchParams.get('fieldManager') ?? 'unknown';
  respond(request, status, JSON.stringify(shown(request, spoke.apply(collection, object, manager))));
}

/** With what there is at first, as a streaming list does; watches of these spokes live as long as their clients. */
function answerWatch(request: Request, spoke: SimulatedSpoke, selection: Selection): void {
  const { stream, url } = request;
  stream.respond({ ':status': 200, 'content-type': 'application/json' });
  const send = (type: string, object: object): void =>
    void stream.write(`${JSON.stringify({ type, object })}\n`);
  const end = spoke.watch(selection, (type, object) => send(type, shown(request, object)));
  stream.once('close', end);
  if (url.searchParams.get('sendInitialEvents') !== 'true') return;
  for (const object of spoke.list(selection)) send('ADDED', shown(request, object));
  const annotations = { 'k8s.io/initial-events-end': 'true' };
  send('BOOKMARK', {
    apiVersion: 'v1',
    kind: 'Bookmark',
    metadata: { resourceVersion: spoke.resourceVersion, annotations },
  });
}

function shown({ metadataOnly }: Request, object: KubeObject): KubeObject {
  return metadataOnly ? metadataOf(object) : object;
}

function respond({ stream }: Request, status: number, body: string): void {
  if (stream.destroyed) return;
  stream.respond({ ':status': status, 'content-type': 'application/json' });
  stream.end(body);
}

function refuse(request: Request, code: number, reason: string): void {
  const status = {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    reason,
    code,
    message: reason,
  };
  respond(request, code, JSON.stringify(status));
}

function requestOf(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, body: string): Request {
  return {
    stream,
    method: String(headers[':method']),
    url: new URL(headers[':path'] ?? '/', 'https://spoke'),
    contentType: headers['content-type'] ?? '',
    body,
    metadataOnly: headers.accept?.includes('as=PartialObjectMetadata') === true,
  };
}

async function readAll(stream: ServerHttp2Stream): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
