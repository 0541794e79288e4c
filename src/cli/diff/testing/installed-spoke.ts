import { fileURLToPath } from 'node:url';
import type { KubeObject } from '../../../api/index.ts';
import type { CommandEntry } from '../../cli-command.ts';
import { commands } from '../../commands.ts';
import { renderCommand } from '../../render/render-command.ts';
import { run } from '../../run.ts';
import { fakeHub } from '../../testing/fake-hub.ts';
import { clusterProfile, lease, secret } from '../../testing/objects.ts';
import { testHost } from '../../testing/test-host.ts';

export const releases = fileURLToPath(new URL('../../render/testing/releases', import.meta.url));
export const providerFile = fileURLToPath(new URL('../../check/testing/providers.json', import.meta.url));
export const token = `secret-${'x'.repeat(30)}`;
export const namespace = 'knative-serving';

export const serving: KubeObject = {
  apiVersion: 'operator.knative.dev/v1beta1',
  kind: 'KnativeServing',
  metadata: { namespace, name: 'kn' },
  spec: {
    version: '1.22.1',
    clusterProfileRef: { namespace: 'fleet', name: 'eu-1' },
    ingress: { kourier: { enabled: true } },
  },
};

export const hubObjects: readonly KubeObject[] = [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'kube-system', uid: 'hub-uid' } },
  { ...serving, metadata: { ...serving.metadata, uid: 'serving-uid' }, status: { version: '1.22.1' } },
  clusterProfile('fleet/eu-1'),
  secret('wheelwright/eu-1', token),
  lease('serving'),
];

export const fetch = async (): Promise<Response> => {
  throw new Error('this test has no network');
};

/** What the spoke has after an installation, as API servers keep it. */
export async function installed(): Promise<readonly KubeObject[]> {
  const { clock } = fakeHub({});
  const entries = commands.map((entry): CommandEntry =>
    entry.name === 'render' ? { ...entry, load: async () => renderCommand({ fetch, clock }) } : entry,
  );
  const host = testHost({ env: { KO_DATA_PATH: releases }, stdin: JSON.stringify(serving) });
  await run(['render', '-f', '-', '-o', 'json'], host, entries);
  const { items } = JSON.parse(host.written.stdout) as { readonly items: readonly KubeObject[] };
  const objects = items.map((object, index): KubeObject => {
    const { ownerReferences, ...metadata } = object.metadata;
    const owners = ownerReferences?.map((owner) => ({ ...owner, uid: 'anchor-uid' }));
    const noted = { uid: `uid-${index}`, resourceVersion: '7', managedFields: [{ manager: 'wheelwright' }] };
    const isNamespace = object.kind === 'Namespace';
    return {
      ...object,
      metadata: {
        ...metadata,
        ...noted,
        ...(owners === undefined ? {} : { ownerReferences: owners }),
        ...(isNamespace ? mark : {}),
      },
      status: { any: 'thing' },
    };
  });
  return [...objects, anchor(objects)];
}

/** Of a namespace that was made for the installation. */
const mark = {
  labels: {
    'app.kubernetes.io/managed-by': 'knative-operator',
    'app.kubernetes.io/name': 'knative-serving',
    'app.kubernetes.io/version': '1.22.1',
  },
  annotations: { 'operator.knative.dev/created-for': `knativeserving/${namespace}/kn` },
};

export function anchor(
  objects: readonly KubeObject[],
  { hub = 'hub-uid', rendered = new Map<string, string>() } = {},
): KubeObject {
  const lines = objects.map(
    ({ apiVersion, kind, metadata }) =>
      `${apiVersion} ${kind} ${metadata.namespace ?? ''}/${metadata.name} ${rendered.get(metadata.name) ?? '0a'} 0b`,
  );
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      namespace,
      name: 'knativeserving-kn-root-owner',
      uid: 'anchor-uid',
      labels: { 'app.kubernetes.io/managed-by': 'knative-operator' },
      annotations: {
        'operator.knative.dev/hub-uid': hub,
        'operator.knative.dev/owner-uid': 'serving-uid',
        'operator.knative.dev/owner-namespace': namespace,
      },
    },
    data: { inventory: lines.join('\n') },
  };
}

/** Somebody has been at work on the spoke. */
export async function tampered(rendered?: Map<string, string>): Promise<readonly KubeObject[]> {
  const objects = await installed();
  const obsolete: KubeObject = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { namespace, name: 'obsolete' },
    data: { key: Buffer.from(token).toString('base64') },
  };
  const listed = objects.filter(({ metadata }) => metadata.uid !== 'anchor-uid');
  const changed = objects.flatMap((object): readonly KubeObject[] => {
    const { kind, metadata } = object;
    if (kind === 'ConfigMap' && metadata.name === 'config-deployment') return [];
    if (kind !== 'Deployment' || metadata.name !== 'webhook') return [object];
    const text = JSON.stringify(object).replace('registry.example.com/webhook:v1.22.1', 'example.com/mine:1');
    return [JSON.parse(text) as KubeObject];
  });
  return [
    ...changed.filter(({ metadata }) => metadata.uid !== 'anchor-uid'),
    anchor([...listed, obsolete], rendered === undefined ? {} : { rendered }),
    obsolete,
  ];
}
