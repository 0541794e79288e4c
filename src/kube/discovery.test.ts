import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import type { Answer, Call } from './caller.ts';
import { Discovery } from './discovery.ts';
import { type CallContext, NoMatchError, ProtocolError, ServerError, UnreachableError } from './errors.ts';

const widget = { group: 'example.com', version: 'v1', kind: 'Widget', plural: 'widgets', namespaced: true };
const gadget = { ...widget, kind: 'Gadget', plural: 'gadgets' };

type Documents = Readonly<Record<string, unknown>>;

function aggregated(...served: readonly { kind: string; plural: string }[]): Documents {
  const resources = served.map(({ kind, plural }) => ({
    resource: plural,
    scope: 'Namespaced',
    responseKind: { kind },
  }));
  const list = { kind: 'APIGroupDiscoveryList', items: [] };
  const items = [{ metadata: { name: 'example.com' }, versions: [{ version: 'v1', resources }] }];
  return { '/api': list, '/apis': { ...list, items } };
}

/** A discovery over documents that a test may change, with the paths that were read and a clock. */
class Server {
  documents: Documents;
  readonly reads: string[] = [];
  now = 0;
  /** Set, every read waits for it. */
  gate: Promise<unknown> | undefined;
  readonly discovery: Discovery;

  constructor(documents: Documents) {
    this.documents = documents;
    this.discovery = new Discovery(
      'east',
      (context, call) => this.#answer(context, call),
      () => this.now,
    );
  }

  async #answer(_context: CallContext, { path }: Call): Promise<Answer> {
    this.reads.push(path);
    await this.gate;
    const document = this.documents[path];
    if (document instanceof Error) throw document;
    return { status: 200, headers: {}, text: JSON.stringify(document) };
  }
}

test('what was read once answers all who ask', async () => {
  const server = new Server(aggregated(widget, gadget));
  expect(await server.discovery.resourceFor(widget)).toEqual(widget);
  expect(await server.discovery.resourceFor(gadget)).toEqual(gadget);
  expect(await server.discovery.resources()).toEqual([widget, gadget]);
  expect(server.reads).toEqual(['/api', '/apis']);
});

test('all who ask while a read is under way share it', async () => {
  const server = new Server(aggregated(widget));
  const all = await Promise.all(Array.from({ length: 20 }, () => server.discovery.resourceFor(widget)));
  expect(all).toHaveLength(20);
  expect(server.reads).toHaveLength(2);
});

test('a kind that is missing is asked for again, but not within a second, and is found when it appears', async () => {
  const server = new Server(aggregated(widget));
  await expect(server.discovery.resourceFor(gadget)).rejects.toThrow(
    new NoMatchError(
      { cluster: 'east', verb: 'discover', resource: 'Gadget.example.com' },
      { message: 'no matches for kind "Gadget" in version "example.com/v1"' },
    ),
  );
  server.documents = aggregated(widget, gadget);
  server.now = 1_000;
  await expect(server.discovery.resourceFor(gadget)).rejects.toBeInstanceOf(NoMatchError);
  expect(server.reads).toHaveLength(2);
  server.now = 1_001;
  expect(await server.discovery.resourceFor(gadget)).toEqual(gadget);
  expect(server.reads).toHaveLength(4);
});

test('many who miss kinds at once cost one read', async () => {
  const server = new Server(aggregated(widget));
  await server.discovery.resources();
  server.now = 5_000;
  const missing = Array.from({ length: 20 }, (_, i) =>
    server.discovery.resourceFor({ ...gadget, kind: `Odd${i}` }),
  );
  await Promise.allSettled(missing);
  expect(server.reads).toHaveLength(4);
});

test('known kinds do not wait for the read that a missing one causes', async () => {
  const server = new Server(aggregated(widget));
  await server.discovery.resources();
  server.now = 5_000;
  const gate = Promise.withResolvers<void>();
  server.gate = gate.promise;
  const missing = server.discovery.resourceFor(gadget).catch((error: unknown) => error);
  expect(await server.discovery.resourceFor(widget)).toEqual(widget);
  gate.resolve();
  expect(await missing).toBeInstanceOf(NoMatchError);
});

test('a read that fails fails those who wait for it; what was known before stays known, and the next one tries again', async () => {
  const server = new Server(aggregated(widget));
  await server.discovery.resources();
  server.now = 5_000;
  const broken = new UnreachableError(
    { cluster: 'east', verb: 'discover', resource: '/api' },
    'Reset',
    'broke',
  );
  server.documents = { '/api': broken, '/apis': broken };
  await expect(server.discovery.resourceFor(gadget)).rejects.toBe(broken);
  expect(await server.discovery.resourceFor(widget)).toEqual(widget);
  server.documents = aggregated(gadget);
  expect(await server.discovery.resourceFor(gadget)).toEqual(gadget);
});

test('what was read is believed for ten minutes', async () => {
  const server = new Server(aggregated(widget));
  await server.discovery.resources();
  server.documents = aggregated(gadget);
  server.now = 600_000;
  expect(await server.discovery.resources()).toEqual([widget]);
  server.now = 600_001;
  expect(await server.discovery.resources()).toEqual([gadget]);
});

test('after an invalidation neither the old answer nor a read that began before it counts', async () => {
  const server = new Server(aggregated(widget));
  await server.discovery.resources();
  server.discovery.invalidate();
  const gate = Promise.withResolvers<void>();
  server.gate = gate.promise;
  const early = server.discovery.resources();
  server.discovery.invalidate();
  server.gate = undefined;
  server.documents = aggregated(gadget);
  expect(await server.discovery.resources()).toEqual([gadget]);
  server.documents = aggregated(widget);
  gate.resolve();
  expect(await early).toEqual([widget]);
  expect(await server.discovery.resources()).toEqual([gadget]);
});

test('who stops waiting stops only his own wait, and leaves no listener', async () => {
  const server = new Server(aggregated(widget));
  const gate = Promise.withResolvers<void>();
  server.gate = gate.promise;
  const controller = new AbortController();
  const leaving = server.discovery.resourceFor(widget, controller.signal);
  const staying = server.discovery.resourceFor(widget);
  controller.abort('left');
  await expect(leaving).rejects.toBe('left');
  gate.resolve();
  expect(await staying).toEqual(widget);
  expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
});

const legacy: Documents = {
  '/api': { kind: 'APIVersions', versions: ['v1'] },
  '/apis': {
    kind: 'APIGroupList',
    groups: [
      { versions: [{ groupVersion: 'example.com/v1' }] },
      { versions: [{ groupVersion: 'down.io/v1' }] },
    ],
  },
  '/api/v1': { resources: [{ name: 'configmaps', kind: 'ConfigMap', namespaced: true }] },
  '/apis/example.com/v1': { resources: [{ name: 'widgets', kind: 'Widget', namespaced: true }] },
};

test('on older servers a group whose own server is down hides only its own kinds', async () => {
  const context = { cluster: 'east', verb: 'discover', resource: '/apis/down.io/v1' };
  const down = new ServerError(context, { message: 'no endpoints', httpStatus: 503 });
  const server = new Server({ ...legacy, '/apis/down.io/v1': down });
  const plurals = (await server.discovery.resources()).map(({ plural }) => plural);
  expect(plurals).toEqual(['configmaps', 'widgets']);
});

test('on older servers a connection that breaks in between is no reason to forget kinds', async () => {
  const context = { cluster: 'east', verb: 'discover', resource: '/apis/down.io/v1' };
  const broken = new UnreachableError(context, 'Reset', 'broke');
  const server = new Server({ ...legacy, '/apis/down.io/v1': broken });
  await expect(server.discovery.resources()).rejects.toBe(broken);
});

test.each([{ kind: 'Status' }, [], 'text', null])('%j is no discovery document', async (document) => {
  const server = new Server({ '/api': document, '/apis': document });
  await expect(server.discovery.resources()).rejects.toBeInstanceOf(ProtocolError);
});
