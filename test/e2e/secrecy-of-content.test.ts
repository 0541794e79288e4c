import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dump } from 'js-yaml';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { KubeObject } from '../../src/api/index.ts';
import { resources } from '../../src/kube/index.ts';
import { waitFor } from '../bed/index.ts';
import { Fleet, Installation, type RunningOperator, type Spoke, StatusHistory } from '../fleet/index.ts';
import { PlantedSecrets } from '../support/planted-secrets.ts';

/** Every secret of this test; none may be found in what the operator says, wherever it says it. */
const secrets = new PlantedSecrets();
const plant = (what: string): string => secrets.plant(what);

const namespace = 'knative-serving';
const label = { 'app.kubernetes.io/name': 'knative-serving' };

let server: Server;
let fleet: Fleet;
let spoke: Spoke;
let operator: RunningOperator;
let history: StatusHistory;
/** What the server of manifests answers, by path. */
const answers = new Map<string, (response: ServerResponse) => void>();

beforeAll(async () => {
  server = createServer((request, response) => {
    const path = new URL(request.url ?? '', 'http://localhost').pathname;
    const answer = answers.get(path);
    if (answer === undefined) response.writeHead(404).end();
    else answer(response);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  fleet = await Fleet.start({ spokes: 1 });
  spoke = fleet.spoke(0);
  history = await StatusHistory.start(fleet.hub);
  operator = await fleet.startOperator({
    flags: ['--log-level=trace', '--remote-deployments-poll-interval=1s'],
  });
});

afterAll(async () => {
  await history[Symbol.asyncDispose]();
  await fleet[Symbol.asyncDispose]();
  server.close();
});

/** A URL with a token, as private package registries hand them out. */
function serve(path: string, answer: (response: ServerResponse) => void): string {
  answers.set(path, answer);
  return `${originOf(server)}${path}?token=${plant(`token of the URL ${path}`)}`;
}

function serveText(path: string, text: string): string {
  return serve(path, (response) => response.end(text));
}

function serveObjects(path: string, objects: readonly object[]): string {
  return serveText(path, objects.map((object) => dump(object)).join('---\n'));
}

function originOf(listening: Server): string {
  return `http://127.0.0.1:${(listening.address() as AddressInfo).port}`;
}

function base64(what: string): string {
  return Buffer.from(plant(what)).toString('base64');
}

function secret(name: string, fields: object): object {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace, labels: label }, ...fields };
}

interface UnusableManifest {
  readonly name: string;
  readonly url: () => string;
  /** Part of what is said about it. */
  readonly says: string;
}

const unusable: readonly UnusableManifest[] = [
  {
    name: 'user-name',
    url: () => `https://user:${plant('password of a URL')}@127.0.0.1/x.yaml`,
    says: 'must be written without user name and password',
  },
  {
    name: 'scheme',
    url: () => `ftp://user:${plant('password of an FTP URL')}@127.0.0.1/x.yaml`,
    says: 'must begin with https://',
  },
  {
    name: 'no-checksum',
    url: () => `${serveText('/no-checksum', '')}#${plant('fragment of a URL')}`,
    says: 'is no checksum',
  },
  {
    name: 'refused',
    url: () =>
      serve('/refused', (response) => response.writeHead(403).end(`no ${plant('answer of a refusal')}`)),
    says: 'the server answered 403',
  },
  {
    name: 'loop',
    url: () => {
      const location = `/loop?token=${plant('token of a redirection')}`;
      return serve('/loop', (response) => response.writeHead(302, { location }).end());
    },
    says: 'cannot get',
  },
  {
    name: 'strange-redirection',
    url: () => {
      const location = `ftp://user:${plant('password of a redirection')}@h/x`;
      return serve('/strange-redirection', (response) => response.writeHead(302, { location }).end());
    },
    says: 'cannot get',
  },
  {
    name: 'no-yaml',
    url: () => serveText('/no-yaml', `data: {token: ${plant('token in bad YAML')}\n- a`),
    says: 'as YAML',
  },
  {
    name: 'alias',
    url: () => serveText('/alias', `data: {token: *${plant('token that looks like an alias')}}`),
    says: 'as YAML',
  },
  {
    name: 'no-object',
    url: () => serveText('/no-object', `token: ${plant('token outside of an object')}`),
    says: 'is not a Kubernetes object',
  },
  {
    name: 'no-name',
    url: () =>
      serveObjects('/no-name', [
        { apiVersion: 'v1', kind: 'Secret', stringData: { token: plant('token of an object without name') } },
      ]),
    says: 'has no name',
  },
];

/** What an API server refuses, in the many ways in which it quotes what it refuses. */
function refusedObjects(): readonly object[] {
  const container = (env: readonly object[]): object => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'refused', namespace, labels: label },
    spec: {
      selector: { matchLabels: { a: 'b' } },
      template: {
        metadata: { labels: { a: 'b' } },
        spec: { containers: [{ name: 'a', image: 'example.com/a', env }] },
      },
    },
  });
  return [
    secret('text-as-data', { data: plant('text for the data of a Secret') }),
    secret('no-base64', { data: { token: `${plant('no base64')}!` } }),
    secret('list-as-value', { stringData: { token: [plant('list for a value of a Secret')] } }),
    secret('object-as-value', { stringData: { token: { value: plant('object for a value of a Secret') } } }),
    secret('strange-type', {
      type: 'kubernetes.io/dockerconfigjson',
      stringData: { '.dockerconfigjson': plant('no docker configuration') },
    }),
    container([{ name: 'TOKEN', value: { of: plant('object for a variable') } }]),
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'text-as-data', namespace, labels: label },
      data: plant('text for the data of a ConfigMap'),
    },
  ];
}

describe('of secrets in specs and manifests', () => {
  let accepted: Installation;
  let wanted: string;

  test('those of an installation that succeeds are kept', async () => {
    wanted = serveObjects('/wanted', [secret('wanted', { data: { token: base64('token of a Secret') } })]);
    accepted = await Installation.create(fleet, 'serving', {
      profile: spoke.profile,
      spec: {
        additionalManifests: [{ URL: wanted }],
        config: {
          network: { 'ingress-class': 'kourier.ingress.networking.knative.dev' },
          observability: { 'request-log-template': plant('value of a configuration') },
          nonesuch: { key: plant('value of an unknown configuration') },
        },
        deployments: [
          {
            name: 'controller',
            env: [
              { container: 'controller', envVars: [{ name: 'TOKEN', value: plant('value of a variable') }] },
              { container: 'nonesuch', envVars: [{ name: 'TOKEN', value: plant('value of no variable') }] },
            ],
          },
        ],
      },
    });
    const ready = await accepted.waitForReady();
    expect((ready['status'] as { readonly manifests: readonly string[] }).manifests).toContain(
      `${originOf(server)}/wanted`,
    );
    const { client } = spoke;
    const changed: KubeObject = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'wanted', namespace },
      data: { token: base64('token of somebody else') },
    };
    await client.patch(resources.secrets, changed.metadata, 'merge', changed, { fieldManager: 'someone' });
    await accepted.waitForEvent('DriftMended', 'Secret knative-serving/wanted');
    await accepted.waitForEvent('ConfigUnknown', 'spec.config.nonesuch');
    await accepted.waitForEvent('OverrideUnmatched', 'nonesuch');
  });

  test('those of manifests that cannot be used are kept', async () => {
    for (const { name, url } of unusable) {
      await fleet.register({ ...spoke, profile: name });
      const spec = { additionalManifests: [{ URL: url() }] };
      await fleet.createServing({ namespace: name, profile: name, spec });
    }
    for (const { name, says } of unusable) {
      const object = { namespace: name, name: 'knative' };
      const failed = await fleet.waitForCondition(object, 'InstallSucceeded', 'False');
      expect(JSON.stringify(failed['status'])).toContain(says);
    }
  });

  test('those of objects that the cluster refuses are kept', async () => {
    const refused = refusedObjects();
    for (const [index, object] of refused.entries()) {
      const url = serveObjects(`/refused/${index}`, [object]);
      await accepted.patch({ spec: { additionalManifests: [{ URL: wanted }, { URL: url }] } });
      await accepted.waitForCondition({ type: 'InstallSucceeded', status: 'False', message: 'cannot apply' });
    }
    await accepted.patch({ spec: { additionalManifests: [{ URL: wanted }] } });
    expect((await accepted.waitForReady()).metadata.name).toBe(accepted.name.name);
  });

  test('none is told', async () => {
    await waitFor(
      'the events are written',
      async () => (await fleet.hub.list(resources.events)).items.length > 0,
    );
    const metrics = await (await fetch(operator.metricsUrl)).text();
    await operator.process.stop();
    const servings = await fleet.hub.list(resources.knativeServings);
    const anchors = await spoke.client.list(resources.configMaps, {
      labelSelector: 'app.kubernetes.io/managed-by=knative-operator',
    });
    const places: Readonly<Record<string, unknown>> = {
      log: operator.process.output,
      metrics,
      'statuses that were': history.statuses(),
      'statuses that are': servings.items.map((object) => object['status']),
      'events of the hub': await fleet.hub.list(resources.events),
      leases: await fleet.hub.list(resources.leases),
      'anchors of the spoke': anchors.items,
      'events of the spoke': await spoke.client.list(resources.events),
    };
    expect(anchors.items).toHaveLength(1);
    expect(operator.process.log.some(({ level }) => level === 'debug' || level === 'trace')).toBe(true);
    expect(secrets.count).toBeGreaterThan(30);
    expect(secrets.found(places)).toEqual([]);
  });
});
