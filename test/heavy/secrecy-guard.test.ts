import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { load } from 'js-yaml';
import { resources } from '../../src/kube/index.ts';
import {
  Fleet,
  fleetNamespace,
  Installation,
  kubeconfigSecret,
  KnownSecrets,
  OperatorProcess,
} from '../fleet/index.ts';
import { waitFor } from '../bed/index.ts';
import { secrecyGuard } from '../fleet/guard-secrecy.ts';

/** Whether a file would fail that tells a secret. Everything here is told on purpose, by others than the operator. */
let fleet: Fleet;

beforeAll(async () => {
  fleet = await Fleet.start({ spokes: 0 });
});

afterAll(async () => {
  await fleet[Symbol.asyncDispose]();
});

function opaque(): string {
  return randomBytes(36).toString('base64url');
}

/** A process that says what an operator should not. */
async function say(text: string): Promise<void> {
  const saying = new OperatorProcess({
    command: [process.execPath, '--eval', 'process.stderr.write(process.argv.at(-1))', '--'],
    flags: [text],
  });
  expect(await saying.exited).toBe(0);
}

async function putSecret(name: string, value: string): Promise<void> {
  await fleet.put(resources.secrets, kubeconfigSecret(name, value));
}

describe('of a secret', () => {
  const token = randomBytes(40).toString('base64');
  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  const secrets = new KnownSecrets();
  secrets.note('the token', token);
  secrets.note('the password', 'p@ss"word');
  secrets.note('the phrase', 'several words that nobody else would say');
  secrets.note(
    'the file',
    JSON.stringify({ auths: { 'r.example': { auth: base64('user:of the registry') } } }),
  );

  test.each([
    ['itself', `cannot use ${token}`, ['the token']],
    ['half of it', `cannot use ${token.slice(5, 53)}…`, ['the token']],
    ['a URL with it', `https://example.com/?token=${encodeURIComponent(token)}`, ['the token']],
    ['base64 of it', base64(token), ['the token']],
    ['base64 of it and others', base64(`a:${token}, b`), ['the token']],
    ['JSON with it', JSON.stringify({ message: 'wrong: p@ss"word' }), ['the password']],
    ['a sentence with it', 'it is: several words that nobody else would say', ['the phrase']],
    ['a value of its file', base64('user:of the registry'), ['the file']],
    ['a few letters of it', token.slice(0, 12), []],
    ['nothing', 'GET https://127.0.0.1:6443/apis/apps/v1/namespaces/knative-serving/deployments', []],
  ])('%s is found if it must be', (_what, text, expected) => {
    expect(secrets.foundIn(text)).toEqual(expected);
  });
});

test('an operator that says nothing of what it knows is fine', async () => {
  await putSecret('kept', opaque());
  await say(`Secret ${fleetNamespace}/kept has the key value and a server https://127.0.0.1:6443`);
  expect(await secrecyGuard.conclude()).toEqual([]);
});

test('a secret is found in the output of operators, whole, in part, encoded, and also after it is gone', async () => {
  const [whole, part, encoded, gone] = [opaque(), opaque(), opaque(), opaque()];
  const kubeconfig = fleet.bed.hub.kubeconfigFor({ token: part });
  await putSecret('whole', whole);
  await putSecret('part', kubeconfig);
  await putSecret('encoded', encoded);
  await putSecret('gone', gone);
  await secrecyGuard.conclude();
  await fleet.hub.delete(resources.secrets, { namespace: fleetNamespace, name: 'gone' });
  const { users } = load(await readFile(fleet.bed.hub.kubeconfig, 'utf8')) as {
    readonly users: readonly { readonly user: { readonly 'client-key-data': string } }[];
  };
  const key = Buffer.from(users[0]?.user['client-key-data'] ?? '', 'base64').toString();
  await say(`cannot use ${whole}`);
  await say(JSON.stringify({ token: part.slice(0, -1) }));
  await say(`authorization: Basic ${Buffer.from(`user:${encoded}`).toString('base64')}`);
  await say(`line one\nbearer ${gone}`);
  await say(key.split('\n')[2] ?? '');
  const found = await secrecyGuard.conclude();
  for (const name of ['whole', 'part', 'encoded', 'gone']) {
    expect(found.join('\n')).toMatch(
      new RegExp(`^value of Secret ${fleetNamespace}/${name} of hub in the output of operator `, 'm'),
    );
  }
  expect(found.join('\n')).toMatch(/^\w+\.kubeconfig in the output of operator /m);
  expect(found).toHaveLength(5);
});

test('a secret is found in events, and in a status that nobody can see any more', async () => {
  const told: string[] = [];
  const secret = opaque();
  await putSecret('told', secret);
  const installation = await Installation.create(fleet, 'serving', {});
  const { namespace = '' } = installation.name;
  const setVersion = (version: string): Promise<unknown> => {
    const how = { subresource: 'status' } as const;
    return fleet.hub.patch(
      resources.knativeServings,
      installation.name,
      'merge',
      { status: { version } },
      how,
    );
  };
  await setVersion(secret);
  await setVersion('1.22.1');
  await installation.delete();
  await fleet.hub.create(resources.events, {
    apiVersion: 'events.k8s.io/v1',
    kind: 'Event',
    metadata: { namespace, name: 'telling' },
    type: 'Normal',
    action: 'Tell',
    reason: 'Told',
    note: `it is ${Buffer.from(secret).toString('base64')}`,
    eventTime: new Date().toISOString().replace('Z', '000Z'),
    reportingController: 'test',
    reportingInstance: 'test',
    regarding: { apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'any' },
  });
  const found = await waitFor('both are found', async (saw) => {
    told.push(...(await secrecyGuard.conclude()));
    saw(told);
    return told.length === 2 ? told : undefined;
  });
  const what = `value of Secret ${fleetNamespace}/told of hub`;
  expect(found.toSorted()).toEqual([
    `${what} in the events of hub`,
    `${what} in the status of KnativeServing ${namespace}/knative of hub`,
  ]);
});
