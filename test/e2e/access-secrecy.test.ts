import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { resources } from '../../src/kube/index.ts';
import { createAuthority, issueCertificate, type KeyPair, waitFor } from '../bed/index.ts';
import {
  builtinProviders,
  conditionOf,
  Fleet,
  kubeconfigSecret,
  OperatorProcess,
  type ProfileOptions,
  type RunningOperator,
  ScriptedPlugin,
  type Spoke,
  StatusHistory,
} from '../fleet/index.ts';

/** Every secret of this test by what it is; none may ever be found anywhere. */
const planted = new Map<string, string>();

/** Opaque, as the tokens of many issuers are. */
function plant(what: string): string {
  const secret = `planted-A1${randomBytes(24).toString('base64url')}`;
  planted.set(what, secret);
  return secret;
}

/** A JSON Web Token in form. */
function plantJwt(what: string): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signature = randomBytes(32).toString('base64url');
  planted.set(what, signature);
  return `${part({ alg: 'RS256' })}.${part({ sub: 'system:serviceaccount:a:b' })}.${signature}`;
}

/** One way in which access fails, or does not. */
interface Case {
  readonly name: string;
  /** The reason of TargetClusterResolved, and part of its message: so that it is known to have come to that. */
  readonly reason: string;
  readonly says: string;
  readonly offer: Partial<ProfileOptions>;
  /** The kubeconfig in the Secret of the profile's name. */
  readonly kubeconfig?: string;
  /** What the plugin does, as lines of shell. */
  readonly plugin?: string;
}

const accepted = plant('token that the spoke accepts');
const ofFile = plant('variable of the provider file');
const ofProfile = plant('variable of the profiles');

let directory: string;
let fleet: Fleet;
let spoke: Spoke;
let echo: EchoServer;
let operator: RunningOperator;
let history: StatusHistory;
let cases: readonly Case[];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'secrecy-'));
  const tokens = join(directory, 'tokens.csv');
  await writeFile(tokens, `${accepted},hub,hub-uid,"system:masters"\n`);
  fleet = await Fleet.start({
    spokes: [{ flags: { 'kube-apiserver': [`--token-auth-file=${tokens}`] } }],
    profiles: false,
  });
  spoke = fleet.spoke(0);
  echo = await EchoServer.start();
  history = await StatusHistory.start(fleet.hub);
  cases = [...secretCases(await strangePair()), ...echoCases(), ...pluginCases, ...profileCases];
  const plugin = await ScriptedPlugin.create(join(directory, 'plugin'));
  for (const { name, offer, kubeconfig, plugin: lines } of cases) {
    if (kubeconfig !== undefined) await fleet.put(resources.secrets, kubeconfigSecret(name, kubeconfig));
    if (lines !== undefined) await plugin.do(lines, name);
    const { server, certificateAuthority } = spoke.cluster;
    const extensions = {
      'clusterprofiles.multicluster.x-k8s.io/exec/additional-envs': { ANSWER: name, OF_PROFILE: ofProfile },
    };
    await fleet.putProfile({ name, server, certificateAuthority, extensions, ...offer });
  }
  operator = await fleet.startOperator({ flags: ['--log-level=trace'], providers: providers(plugin) });
  for (const { name } of cases) await fleet.createServing({ namespace: name, profile: name });
});

afterAll(async () => {
  await history[Symbol.asyncDispose]();
  echo.server.close();
  await fleet[Symbol.asyncDispose]();
  await rm(directory, { recursive: true });
});

/** Answers by what its path begins with, and repeats the credential in it as debugging proxies do. */
class EchoServer {
  static async start(): Promise<EchoServer> {
    const authority = await createAuthority('echo', new Date());
    const purpose = { for: 'server', hosts: ['127.0.0.1'] } as const;
    const server = createServer(
      await issueCertificate(authority, purpose, new Date()),
      (request, response) => {
        const said = `cannot let ${request.headers.authorization} in`;
        const status = { kind: 'Status', reason: 'Forbidden', message: said, code: 403 };
        const isText = request.url?.startsWith('/text') === true;
        response.writeHead(isText ? 502 : 403).end(isText ? said : JSON.stringify(status));
      },
    );
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new EchoServer(server, authority.certificate);
  }

  readonly server: Server;
  readonly certificateAuthority: string;

  private constructor(server: Server, certificateAuthority: string) {
    this.server = server;
    this.certificateAuthority = certificateAuthority;
  }

  offer(path: string): Partial<ProfileOptions> {
    const { port } = this.server.address() as AddressInfo;
    const { certificateAuthority } = this;
    return { server: `https://127.0.0.1:${port}/${path}`, certificateAuthority };
  }
}

function echoCases(): readonly Case[] {
  return ['status', 'text'].map((path) => ({
    name: `echo-${path}`,
    reason: 'RemoteClientCreationFailed',
    says: 'cannot let Bearer [redacted] in',
    offer: echo.offer(path),
    kubeconfig: spoke.cluster.kubeconfigFor({ token: plant(`token that is repeated as ${path}`) }),
  }));
}

function providers({ command }: ScriptedPlugin): unknown {
  const apiVersion = 'client.authentication.k8s.io/v1';
  const env = [{ name: 'OF_FILE', value: ofFile }];
  const plugin = {
    name: 'plugin',
    execConfig: { apiVersion, command, env },
    profileSourcedEnvVarsPolicy: 'AppendIfNotExists',
  };
  return { providers: [...builtinProviders.providers, plugin] };
}

/** A client certificate with the key of another one. */
async function strangePair(): Promise<KeyPair> {
  const authority = await createAuthority('planted', new Date());
  const issue = (): Promise<KeyPair> =>
    issueCertificate(authority, { for: 'client', user: 'planted', groups: [] }, new Date());
  const [{ cert }, { key }] = await Promise.all([issue(), issue()]);
  planted.set('client key', key.split('\n')[1] ?? '');
  return { cert, key };
}

function secretCases(pair: KeyPair): readonly Case[] {
  const { cluster } = spoke;
  const reason = 'AccessProviderFailed';
  const base64 = Buffer.from(pair.key).toString('base64');
  planted.set('client key in base64', base64.slice(0, 60));
  return [
    {
      name: 'accepted',
      reason: 'True',
      says: '',
      offer: {},
      kubeconfig: cluster.kubeconfigFor({ token: accepted }),
    },
    {
      name: 'refused',
      reason: 'RemoteClientCreationFailed',
      says: 'refuses the credential',
      offer: {},
      kubeconfig: cluster.kubeconfigFor({ token: plant('token that the spoke refuses') }),
    },
    {
      name: 'no-yaml',
      reason,
      says: 'must be YAML',
      offer: {},
      kubeconfig: `users:\n- name: a\n  user: {token: ${plant('token in bad YAML')}\n  - b`,
    },
    {
      name: 'strange-alias',
      reason,
      says: 'must be YAML',
      offer: {},
      kubeconfig: `users:\n- name: a\n  user:\n    token: *${plant('token that looks like an alias')}\n`,
    },
    {
      name: 'wrong-type',
      reason,
      says: 'token',
      offer: {},
      kubeconfig: cluster
        .kubeconfigFor({ token: 'TOKEN' })
        .replace('TOKEN', `{ value: ${plant('token in a wrong place')} }`),
    },
    {
      name: 'other-key',
      reason,
      says: 'certificate and key',
      offer: {},
      kubeconfig: cluster.kubeconfigFor(pair),
    },
    {
      name: 'spaced',
      reason,
      says: 'white space',
      offer: {},
      kubeconfig: cluster.kubeconfigFor({ token: `${plant('token with a space')} and more` }),
    },
  ];
}

const byPlugin = { provider: 'plugin' };
const reason = 'AccessProviderFailed';
const kind = '"kind":"ExecCredential"';
const v1 = '"apiVersion":"client.authentication.k8s.io/v1"';

const pluginCases: readonly Case[] = [
  {
    name: 'stdout-no-json',
    reason,
    says: 'must be one JSON object',
    offer: byPlugin,
    plugin: `echo '{${kind}, "status": {"token": "${plant('token in bad JSON')}"'`,
  },
  {
    name: 'stdout-wrong-kind',
    reason,
    says: "of kind 'ExecCredential'",
    offer: byPlugin,
    plugin: `echo '{"kind":"${plant('token as a kind')}",${v1}}'`,
  },
  {
    name: 'stdout-version',
    reason,
    says: 'answered in',
    offer: byPlugin,
    plugin: `echo '{${kind},"apiVersion":"client.authentication.k8s.io/${plant('token as a version')}"}'`,
  },
  {
    name: 'stdout-expiry',
    reason,
    says: 'expirationTimestamp',
    offer: byPlugin,
    plugin: `echo '{${kind},${v1},"status":{"token":"${plant('token with bad expiry')}","expirationTimestamp":"${plant('token as expiry')}"}}'`,
  },
  {
    name: 'stdout-and-exit',
    reason,
    says: 'exited with code 3',
    offer: byPlugin,
    plugin: `token='${plant('token on stdout and stderr')}'; echo "{\\"token\\": \\"$token\\"}"; echo "got $token" >&2; exit 3`,
  },
  {
    name: 'stderr',
    reason,
    says: 'exited with code 4',
    offer: byPlugin,
    plugin: [
      `echo 'authorization: Bearer ${plant('bearer on stderr')}' >&2`,
      `echo 'POST https://user:${plant('password on stderr')}@sts.example/ gave 403' >&2`,
      `echo 'refresh with ${plantJwt('JSON Web Token on stderr')} failed' >&2`,
      `echo '{"access_token":"${plant('JSON on stderr')}"}' >&2`,
      `echo 'client_secret=${plant('assignment on stderr')}&x=y' >&2`,
      `echo 'the token is ${plant('bare token on stderr')}' >&2`,
      'exit 4',
    ].join('\n'),
  },
  {
    name: 'stderr-env',
    reason,
    says: 'exited with code 5',
    offer: byPlugin,
    plugin: 'echo "cannot log in as hub with $OF_FILE and $OF_PROFILE" >&2; exit 5',
  },
  {
    name: 'stderr-signal',
    reason,
    says: 'SIGKILL',
    offer: byPlugin,
    plugin: 'echo "my environment: $OF_FILE, $OF_PROFILE" >&2; kill -9 $$',
  },
];

const profileCases: readonly Case[] = [
  {
    name: 'proxy',
    reason: 'RemoteClientCreationFailed',
    says: 'ProxyError',
    offer: { proxyUrl: `http://hub:${plant('password of the proxy')}@127.0.0.1:1`, ...byPlugin },
    plugin: `echo '{${kind},${v1},"status":{"token":"${plant('token of the plugin')}"}}'`,
  },
  {
    name: 'server-userinfo',
    reason,
    says: 'must not contain a user name or password',
    offer: { server: `https://hub:${plant('password in the server')}@127.0.0.1:6443` },
  },
  {
    name: 'server-query',
    reason,
    says: 'server must not have a query',
    offer: { server: `https://127.0.0.1:6443/?access_token=${plant('token in the query of the server')}` },
  },
  {
    name: 'server-fragment',
    reason,
    says: 'server must not have a fragment',
    offer: { server: `https://127.0.0.1:6443/#token=${plant('token in the fragment of the server')}` },
  },
  {
    name: 'proxy-scheme',
    reason,
    says: 'proxy-url must begin with',
    offer: { proxyUrl: `ftp://hub:${plant('password of a strange proxy')}@127.0.0.1:1` },
  },
];

describe('whatever becomes of access to a spoke', () => {
  test('is told', async () => {
    for (const { name, reason, says } of cases) {
      const object = { namespace: name, name: 'knative' };
      if (reason === 'True') {
        await fleet.waitForReady(object);
        continue;
      }
      const failed = await fleet.waitForCondition(object, 'TargetClusterResolved', 'False', reason);
      expect(conditionOf(failed, 'TargetClusterResolved')?.message).toContain(says);
    }
  });

  test('no secret is told with it', async () => {
    await waitFor(
      'the events are written',
      async () => (await fleet.hub.list(resources.events)).items.length > 0,
    );
    const metrics = await (await fetch(operator.metricsUrl)).text();
    await operator.process.stop();
    const places: Readonly<Record<string, unknown>> = {
      log: operator.process.output,
      metrics,
      statuses: history.statuses(),
      servings: await fleet.hub.list(resources.knativeServings),
      leases: await fleet.hub.list(resources.leases),
      events: await fleet.hub.list(resources.events),
      'ConfigMaps of the hub': await fleet.hub.list(resources.configMaps),
      'ConfigMaps of the spoke': await spoke.client.list(resources.configMaps),
      'events of the spoke': await spoke.client.list(resources.events),
      'Deployments of the spoke': await spoke.client.list(resources.deployments),
    };
    expect(operator.process.log.some(({ level }) => level === 'debug' || level === 'trace')).toBe(true);
    expect(found(places)).toEqual([]);
  });
});

test('a hub kubeconfig that cannot be used is told of without what is in it', async () => {
  const token = plant('token for the hub');
  const texts = [
    `users:\n- name: a\n  user: {token: ${token}\n  - b`,
    fleet.bed.hub.kubeconfigFor({ token: 'TOKEN' }).replace('TOKEN', `{ value: ${token} }`),
    fleet.bed.hub.kubeconfigFor({ token }).replace('https://', `https://hub:${token}@`),
  ];
  const outputs = await Promise.all(
    texts.map(async (text, index) => {
      const path = join(directory, `hub-${index}.kubeconfig`);
      await writeFile(path, text);
      const process = new OperatorProcess({ flags: [`--kubeconfig=${path}`] });
      expect(await process.exited).toBe(2);
      return process.output;
    }),
  );
  expect(outputs.join('\n')).toContain('hub-0.kubeconfig');
  expect(found({ output: outputs })).toEqual([]);
});

/** What was found where. */
function found(places: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.entries(places).flatMap(([place, content]) => {
    const text = typeof content === 'string' ? content : JSON.stringify(content);
    return [...planted].flatMap(([what, secret]) => {
      const forms = [secret, Buffer.from(secret).toString('base64').slice(0, 40)];
      return forms.some((form) => text.includes(form)) ? [`${what} in ${place}`] : [];
    });
  });
}
