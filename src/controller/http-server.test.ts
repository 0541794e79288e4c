import { connect } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { systemClock } from '../kube/index.ts';
import { HealthRegistry } from './health.ts';
import { HttpServer, type Route } from './http-server.ts';
import { createLogger } from './logger.ts';
import { Metrics } from './metrics.ts';
import { healthRoutes, metricsRoutes } from './probe-routes.ts';
import { FakeClock, settle } from './testing/fake-clock.ts';

const servers: HttpServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close(0)));
});

async function serve(routes: ReadonlyMap<string, Route>, clock = systemClock) {
  const log = createLogger({ level: 'silent' });
  const server = await HttpServer.listen({ address: { host: '127.0.0.1', port: 0 }, routes, clock, log });
  servers.push(server);
  const ask = async (path: string, method = 'GET') => {
    const response = await fetch(`http://127.0.0.1:${server.port}${path}`, { method });
    return {
      status: response.status,
      type: response.headers.get('content-type'),
      body: await response.text(),
    };
  };
  return { server, ask };
}

function probes() {
  const liveness = new HealthRegistry();
  const readiness = new HealthRegistry();
  liveness.add('leader', () => undefined);
  readiness.add('hub', () => undefined);
  return { liveness, readiness, routes: healthRoutes({ liveness, readiness }) };
}

describe('health', () => {
  test.each(['/healthz', '/livez', '/health', '/readyz', '/readiness'])(
    '%s is ok while every check is',
    async (path) => {
      const { ask } = await serve(probes().routes);
      expect(await ask(path)).toEqual({ status: 200, type: 'text/plain; charset=utf-8', body: 'ok\n' });
    },
  );

  test('a failing check fails its own question only, and the answer names it', async () => {
    const { readiness, routes } = probes();
    const remove = readiness.add('watch knativeservings', () => 'refused: Bearer abcdefgh');
    const { ask } = await serve(routes);
    const failure = {
      status: 500,
      body: '[-]watch knativeservings failed: refused: Bearer [redacted]\n1 of 2 checks failed\n',
    };
    expect(await ask('/readyz')).toMatchObject(failure);
    expect(await ask('/readiness')).toMatchObject(failure);
    expect(await ask('/healthz')).toMatchObject({ status: 200 });
    remove();
    expect(await ask('/readyz')).toMatchObject({ status: 200 });
  });

  test('verbose shows every check', async () => {
    const { liveness, routes } = probes();
    liveness.add('loop', () => 'late');
    const { ask } = await serve(routes);
    expect((await ask('/healthz?verbose')).body).toBe(
      '[+]leader ok\n[-]loop failed: late\n1 of 2 checks failed\n',
    );
    expect((await ask('/readyz?verbose=1')).body).toBe('[+]hub ok\nok\n');
  });
});

test('a process without a single readiness check is not ready, and alive all the same', async () => {
  const checks = { liveness: new HealthRegistry(), readiness: new HealthRegistry() };
  const { ask } = await serve(healthRoutes(checks));
  expect(await ask('/healthz')).toMatchObject({ status: 200, body: 'ok\n' });
  expect(await ask('/readyz')).toMatchObject({ status: 500 });
  expect((await ask('/readyz')).body).toContain('nothing is there yet that could be ready');
});

test('metrics are served as Prometheus reads them', async () => {
  const metrics = new Metrics();
  metrics.set('wheelwright_buckets', {}, 3);
  const { ask } = await serve(metricsRoutes(metrics));
  const { status, type, body } = await ask('/metrics');
  expect([status, type]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8']);
  expect(body).toContain('# TYPE wheelwright_buckets gauge\nwheelwright_buckets 3\n');
});

test('other paths, other methods and broken routes get an answer that tells nothing', async () => {
  const broken: Route = () => {
    throw new Error('secret detail');
  };
  const { ask } = await serve(new Map([...probes().routes, ['/broken', broken]]));
  expect(await ask('/')).toMatchObject({ status: 404 });
  expect(await ask('/healthz/x')).toMatchObject({ status: 404 });
  expect(await ask('/healthz', 'POST')).toMatchObject({ status: 405 });
  expect(await ask('/healthz', 'HEAD')).toMatchObject({ status: 200, body: '' });
  expect(await ask('/broken')).toMatchObject({ status: 500, body: 'internal error\n' });
});

test('an address that is taken is named', async () => {
  const { server } = await serve(new Map());
  const again = HttpServer.listen({
    address: { host: '127.0.0.1', port: server.port },
    routes: new Map(),
    clock: systemClock,
    log: createLogger({ level: 'silent' }),
  });
  await expect(again).rejects.toThrow(`cannot listen on 127.0.0.1:${server.port}: `);
});

test('close waits for an answer under way, and takes no new request', async () => {
  const answer = Promise.withResolvers<void>();
  const asked = Promise.withResolvers<void>();
  const slow: Route = async () => {
    asked.resolve();
    await answer.promise;
    return { status: 200, contentType: 'text/plain', body: 'late' };
  };
  const { server } = await serve(new Map([['/slow', slow]]), new FakeClock());
  const response = fetch(`http://127.0.0.1:${server.port}/slow`);
  await asked.promise;
  const { port } = server;
  const closed = server.close(60_000);
  await expect(fetch(`http://127.0.0.1:${port}/slow`)).rejects.toThrow('fetch failed');
  answer.resolve();
  expect((await response).headers.get('connection')).toBe('close');
  expect(await (await response).text()).toBe('late');
  await closed;
});

test('close cuts off at its deadline what does not end', async () => {
  const clock = new FakeClock();
  const asked = Promise.withResolvers<void>();
  const never: Route = () => {
    asked.resolve();
    return new Promise(() => undefined);
  };
  const { server } = await serve(new Map([['/never', never]]), clock);
  const socket = connect(server.port, '127.0.0.1');
  const cut = new Promise((resolve) => {
    socket.once('close', resolve);
  });
  socket.on('error', () => undefined);
  socket.write('GET /never HTTP/1.1\r\nHost: x\r\n\r\n');
  await asked.promise;
  const closed = server.close(3_000);
  await settle();
  await clock.advance(3_000);
  await closed;
  await cut;
  expect(clock.sleeping).toBe(0);
});
