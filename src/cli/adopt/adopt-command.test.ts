import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../api/index.ts';
import { type KubeClientOptions, UnreachableError } from '../../kube/index.ts';
import type { CommandEntry } from '../cli-command.ts';
import { commands } from '../commands.ts';
import { fakeCluster, type FakeClusterOptions } from '../diff/testing/fake-cluster.ts';
import {
  fetch,
  hubObjects,
  installed,
  providerFile,
  releases,
  serving,
  tampered,
} from '../diff/testing/installed-spoke.ts';
import { run } from '../run.ts';
import { fakeHub } from '../testing/fake-hub.ts';
import { testHost, type TestHostOptions } from '../testing/test-host.ts';
import { adoptCommand } from './adopt-command.ts';

interface World {
  readonly objects?: readonly KubeObject[];
  readonly spoke?: Omit<FakeClusterOptions, 'cluster'>;
  readonly host?: TestHostOptions;
}

async function adopt(line: string, { objects = hubObjects, spoke = {}, host = {} }: World = {}) {
  const { open, clock, closed } = fakeHub({ objects });
  const connect = ({ cluster }: KubeClientOptions) => fakeCluster({ cluster, ...spoke });
  const services = { open, clock, fetch, connect };
  const entries = commands.map((entry): CommandEntry =>
    entry.name === 'adopt' ? { ...entry, load: async () => adoptCommand(services) } : entry,
  );
  const process = testHost({ env: { KO_DATA_PATH: releases }, ...host });
  const words = `adopt --dry-run --provider-file ${providerFile} ${line}`.trim().split(' ');
  const exit = await run(words, process, entries);
  expect(closed()).toBe(true);
  return { exit, ...process.written };
}

/** As the reference operator leaves objects, once somebody has rehearsed an apply over its fields. */
async function ofReference(): Promise<readonly KubeObject[]> {
  const fieldsV1 = { 'f:metadata': { 'f:labels': { 'f:app.kubernetes.io/name': {} } } };
  const managedFields = [
    { manager: 'manifestival', operation: 'Update' as const, apiVersion: 'v1', fieldsV1 },
    { manager: 'wheelwright', operation: 'Apply' as const, apiVersion: 'v1', fieldsV1 },
  ];
  return (await installed()).map((object) =>
    object.kind === 'Namespace' ? object : { ...object, metadata: { ...object.metadata, managedFields } },
  );
}

function withServing(changes: object): readonly KubeObject[] {
  return hubObjects.map((object) => (object.kind === 'KnativeServing' ? { ...object, ...changes } : object));
}

describe('what taking over would write', () => {
  it.each([
    ['nothing', '', {}],
    ['nothing-accessible', '--accessible', {}],
    ['nothing-json', '-o json', {}],
    ['nothing-terminal', '', { terminal: 100 }],
  ])('is shown as in golden/adopt-%s.txt', async (name, line, host) => {
    const { exit, stdout, stderr } = await adopt(line, { spoke: { objects: await ofReference() }, host });
    await expect(stdout).toMatchFileSnapshot(`../golden/adopt-${name}.txt`);
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: 'Nothing but managedFields would be written.\n' });
  });

  it('is told object by object, and is 1', async () => {
    const { exit, stdout, stderr } = await adopt('', { spoke: { objects: await tampered() } });
    await expect(stdout).toMatchFileSnapshot('../golden/adopt-writes.txt');
    expect(stderr).toBe(
      [
        'create ConfigMap knative-serving/config-deployment',
        'change Deployment.apps knative-serving/webhook',
        'remove Secret knative-serving/obsolete',
        '3 objects would be written: kubectl wheelwright diff -f shows how, for the same objects in a file.',
        '',
      ].join('\n'),
    );
    expect(exit).toBe(1);
  });

  it('is that of the version that is installed, where the object names none', async () => {
    const spec = { ...(serving['spec'] as object), version: undefined, ingress: {} };
    const world = {
      objects: withServing({ spec, status: { version: '1.21.3' } }),
      spoke: { objects: await installed() },
    };
    const { stderr, stdout } = await adopt('', world);
    expect(stdout).toContain('1.21.3');
    expect(stderr).toContain(
      'KnativeServing knative-serving/kn has no spec.version: an operator with newer releases than 1.21.3 upgrades it.\n',
    );
  });

  it('is told of the objects that are named', async () => {
    const spoke = { objects: await ofReference() };
    expect(await adopt('serving/kn', { spoke })).toMatchObject({ exit: 0 });
    expect(await adopt('serving/knative-serving/kn', { spoke })).toMatchObject({ exit: 0 });
    expect((await adopt('eventing/kn', { spoke })).stderr).toContain('There is no eventing/kn on this hub.');
    expect((await adopt('member/eu-1', { spoke })).stderr).toContain(
      "The type of 'member/eu-1' must be 'serving' or 'eventing'",
    );
  });

  it('is not told of clusters that do not answer', async () => {
    const fails: FakeClusterOptions['fails'] = (call) =>
      new UnreachableError(call, 'Refused', 'connect ECONNREFUSED 10.4.0.1:6443');
    const { exit, stderr } = await adopt('', { spoke: { fails } });
    expect(stderr.trim().split('\n').at(-1)).toBe(
      '1 of 1 installations could not be compared: what would be written there is not known.',
    );
    expect(stderr).not.toContain('Nothing but managedFields');
    expect(exit).toBe(2);
  });

  it('is an error where there is nothing, or where a cluster would refuse', async () => {
    const objects = hubObjects.filter(({ kind }) => kind !== 'KnativeServing');
    expect(await adopt('', { objects })).toMatchObject({
      exit: 2,
      stderr: expect.stringContaining('There is no KnativeServing or KnativeEventing on this hub.'),
    });
    const spoke = { objects: await tampered(), refuses: { webhook: 'no' } };
    expect(await adopt('', { spoke })).toMatchObject({
      exit: 2,
      stderr: expect.stringContaining('would refuse Deployment knative-serving/webhook'),
    });
  });
});
