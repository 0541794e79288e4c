import { get, request } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../../../test/support/eventually.ts';
import { run } from '../run.ts';
import { testHost } from '../testing/test-host.ts';
import { DashboardRig } from './testing/dashboard-rig.ts';
import { localObjects, reachable, shownFleet } from './testing/shown-fleet.ts';

interface Response {
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
}

describe('the dashboard', () => {
  let rig: DashboardRig;
  let address: URL;
  let cookie: string;

  beforeEach(async () => {
    rig = await DashboardRig.start(shownFleet);
    address = await rig.address();
    const { headers } = await ask(`/${address.search}`, { cookie: '' });
    cookie = String(headers['set-cookie']).split(';')[0] ?? '';
  });

  afterEach(async () => {
    await rig.stop();
  });

  async function ask(
    path: string,
    { method = 'GET', ...headers }: Readonly<Record<string, string>> = {},
  ): Promise<Response> {
    const { hostname, port } = address;
    const { promise, resolve, reject } = Promise.withResolvers<Response>();
    request({ hostname, port, path, method, agent: false, headers: { cookie, ...headers } }, (response) => {
      const { statusCode: status, headers: answered } = response;
      text(response).then((body) => resolve({ status, headers: answered, body }), reject);
    })
      .once('error', reject)
      .end();
    return promise;
  }

  /** What is told of an address, growing; ends with `close`. */
  async function listen(
    at: string,
  ): Promise<{ heard: () => string; ended: Promise<unknown>; close: () => void }> {
    const { promise, resolve, reject } = Promise.withResolvers<never>();
    let heard = '';
    const url = new URL(`/news?at=${encodeURIComponent(at)}`, address);
    const asked = get(url, { agent: false, headers: { cookie } }, (response) => {
      const ended = new Promise((end) => {
        response.once('close', end);
      });
      response.once('error', () => undefined);
      response.setEncoding('utf8').on('data', (chunk: string) => (heard += chunk));
      resolve({ heard: () => heard, ended, close: () => asked.destroy() } as never);
    }).once('error', reject);
    return promise;
  }

  it('prints one address on loopback to stdout, and what it is to stderr', () => {
    expect(rig.host.written.stdout).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{43}\n$/);
    expect(rig.host.written.stderr).toContain('changes nothing. Ctrl-C ends it.');
    expect(rig.host.written.stderr).not.toContain(address.searchParams.get('token'));
  });

  it('moves the token from the address to a cookie', async () => {
    const { status, headers } = await ask(`/dso/shop/checkout${address.search}`, { cookie: '' });
    expect(status).toBe(200);
    expect(headers['refresh']).toBe('0; url=/dso/shop/checkout');
    expect(String(headers['set-cookie'])).toMatch(/; HttpOnly; SameSite=Strict; Path=\/$/);
  });

  it.each([
    ['/', '<h1>Fleet</h1>', 'fleet/ap-1'],
    ['/?q=eu-1', 'fleet/eu-1', 'may move to 1.22.2'],
    ['/clusters/fleet/ap-1', '<h1>Cluster fleet/ap-1</h1>', 'WW2007'],
    ['/serving/knative-serving/ap-1', '<h1>KnativeServing knative-serving/ap-1</h1>', 'ap-1 is out of reach'],
    ['/eventing/knative-eventing/eu-1', '<h1>KnativeEventing knative-eventing/eu-1</h1>', '1.22.0'],
    ['/members/keda/us-2', '<h1>Member us-2</h1>', 'ETIMEDOUT'],
    ['/dso/shop/checkout', 'its share by weight 1', 's0-kafka is at 50'],
    [
      '/dso/shop/checkout/simulation?down=nobody',
      'What would become of shop/checkout',
      'not &#39;nobody&#39;',
    ],
  ])('shows %s', async (path, first, second) => {
    const { status, headers, body } = await ask(path);
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(body).toContain(first);
    expect(body).toContain(second);
    expect(body).not.toContain(address.searchParams.get('token'));
    const markup = body.replaceAll(/"[^"]*"/g, '""');
    expect(markup).not.toMatch(/<script(?! type="" src="">)|<img|<[^<>]*\s(?:on\w+|style)=/);
  });

  it('plays an outage as simulate does', async () => {
    const host = testHost();
    const flags = ['--down', 'eu-1', '--total', '20', '--for', '1h', '--kubeconfig', rig.kubeconfig];
    await run(['simulate', 'dso/shop/checkout', ...flags], host);
    const sum = host.written.stderr.trim().split('\n').at(-1);
    expect(sum).toMatch(/^At the least \d+ of 20 serve/);
    const { body } = await ask('/dso/shop/checkout/simulation?down=eu-1&total=20&minutes=60');
    expect(body).toContain(sum);
    expect(body).toContain('<main id="main" tabindex="-1" data-still="">');
  });

  it.each(['/page.css', '/live.js', '/icon.svg', '/', '/nothing/here', '/dso/shop/nope'])(
    'gives %s with a policy that forbids what is not its own',
    async (path) => {
      const { headers } = await ask(path);
      expect(headers).toMatchObject({
        'content-security-policy': expect.stringMatching(
          /^default-src 'none'; script-src 'self'; /,
        ) as string,
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cache-control': 'no-store',
      });
      expect(headers['content-security-policy']).not.toMatch(/unsafe|\*|https?:/);
      expect(headers['access-control-allow-origin']).toBeUndefined();
    },
  );

  it.each([
    '/nothing/here',
    '/dso/shop/nope',
    '/dso/shop/nope/simulation',
    '/clusters/hub',
    '/../secret',
    '/live.js/',
    '/package.json',
  ])('has nothing at %s', async (path) => {
    expect((await ask(path)).status).toBe(404);
  });

  it.each([
    [401, { cookie: '' }],
    [405, { method: 'POST' }],
    [405, { method: 'DELETE' }],
    [421, { host: 'evil.example' }],
  ])('answers %i to %j, for pages, files and news alike', async (status, given) => {
    for (const path of ['/', '/live.js', '/news?at=/']) expect((await ask(path, given)).status).toBe(status);
  });

  it('tells a change to whoever looks, without being asked again', async () => {
    const { heard, close } = await listen('/');
    await eventually(() => heard().includes('Unreachable'));
    rig.put(reachable);
    await eventually(() => heard().includes('cluster/fleet/ap-1 is Ready.'));
    expect(heard().match(/^data: /gm)).toHaveLength(2);
    close();
  });

  it('tells of an object that it is gone, and of nothing else', async () => {
    const { heard, close } = await listen('/serving/knative-serving/ap-1');
    await eventually(() => heard().includes('KnativeServing knative-serving/ap-1'));
    rig.remove('KnativeEventing', 'knative-eventing/eu-1');
    rig.remove('KnativeServing', 'knative-serving/ap-1');
    await eventually(() => heard().includes('It is gone'));
    expect(heard()).not.toContain('knative-eventing');
    close();
  });

  it('writes nothing to the hub: it asks who somebody is and what he may, and reads', async () => {
    for (const object of localObjects) rig.put(object);
    await eventually(async () => (await ask('/clusters/hub')).status === 200);
    for (const path of ['/', '/clusters/hub', '/members/keda/us-2', '/eventing/knative-eventing/local'])
      expect((await ask(`${path}?visit=`)).status).toBe(200);
    const writes = rig.hub.requests.filter(({ method }) => method !== 'GET');
    expect(writes.length).toBeGreaterThan(0);
    expect(writes.filter(({ url }) => !/\/selfsubject(access)?reviews$/.test(url.pathname))).toEqual([]);
  });

  it('says when what it shows may be old', async () => {
    const { heard, close } = await listen('/');
    await eventually(() => heard().includes('data: '));
    await rig.hub.stop();
    await eventually(() => heard().includes('What is shown may be old'));
    expect((await ask('/')).body).toContain('What is shown may be old');
    close();
  });

  it('ends the watches of a page with the page', async () => {
    const before = 5;
    await eventually(() => rig.hub.watches.size === before);
    const { heard, close } = await listen('/dso/shop/checkout');
    await eventually(() => heard().includes('data: ') && rig.hub.watches.size === before + 2);
    close();
    await eventually(() => rig.hub.watches.size === before);
    expect((await ask('/')).status).toBe(200);
  });

  it('ends with Ctrl-C, whoever still reads or holds a connection', async () => {
    const { ended } = await listen('/');
    const idle = connect(Number(address.port), '127.0.0.1');
    const cut = new Promise((resolve) => {
      idle.once('close', resolve);
    });
    await new Promise((resolve) => {
      idle.once('connect', resolve);
    });
    rig.host.interrupt();
    await Promise.all([ended, cut]);
    await expect(ask('/')).rejects.toThrow('ECONNREFUSED');
    await eventually(() => rig.hub.watches.size === 0);
    expect(await rig.ended).toBe(130);
  });

  it('lets no more pages read than it can serve', async () => {
    const readers = await Promise.all(Array.from({ length: 32 }, () => listen('/')));
    expect((await ask('/news?at=/')).status).toBe(503);
    for (const { close } of readers) close();
    await eventually(async () => {
      const { heard, close } = await listen('/');
      await eventually(() => heard() !== '');
      close();
      return heard().startsWith('data: ');
    });
  });
});

describe('the command dashboard', () => {
  it('finds a port that is taken, and says so', async () => {
    const rig = await DashboardRig.start(shownFleet);
    const { port } = await rig.address();
    const second = await DashboardRig.start(shownFleet, { args: ['--port', port] });
    expect(await second.ended).toBe(2);
    expect(second.host.written.stderr).toContain(`cannot listen on 127.0.0.1:${port}`);
    await Promise.all([rig.stop(), second.stop()]);
  });

  it('does not begin without a hub', async () => {
    const rig = await DashboardRig.start([]);
    await rig.hub.stop();
    const host = testHost();
    const { url } = rig.hub;
    expect(await run(['dashboard', '--server', url], host)).toBe(2);
    await rig.stop();
  });

  it.each(['x', '-1', '65536', '1.5'])('refuses --port=%s', async (port) => {
    const host = testHost();
    expect(await run(['dashboard', `--port=${port}`], host)).toBe(2);
    expect(host.written.stderr).toContain(`--port must be a number from 0 to 65535, not '${port}'.`);
  });
});
