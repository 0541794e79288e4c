import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { Condition, KubeObject } from '../../api/index.ts';

/** What the reference operator applied for a custom resource, and what became of that. */
export interface GoldenCase {
  readonly name: string;
  readonly cr: KubeObject;
  readonly version: string | undefined;
  readonly manifests: readonly string[];
  /** Why nothing was applied; empty where something was. */
  readonly failure: string;
  /** By identity; without CustomResourceDefinitions, uids and Secret data. */
  readonly objects: ReadonlyMap<string, KubeObject>;
}

const folder = new URL('../../../../shared/data/golden/', import.meta.url);

/** The recorded cases, which lie outside the repository; none where they do not. */
export function goldenCases(): readonly GoldenCase[] {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return names.map((name) => goldenCase(readRecord(name.replace('.json', ''))));
}

/** `Deployment apps knative-serving/activator`. */
export function identityOf(object: KubeObject): string {
  return identity(object.apiVersion, object.kind, object.metadata.namespace ?? '', object.metadata.name);
}

interface GoldenRecord {
  readonly name: string;
  readonly cr: KubeObject;
  readonly status?: {
    readonly version?: string;
    readonly manifests?: readonly string[];
    readonly conditions?: readonly Condition[];
  };
  readonly objects?: readonly KubeObject[];
  readonly base?: string;
  readonly changed?: readonly KubeObject[];
  readonly absent?: 'all' | readonly (readonly [string, string, string, string])[];
}

function readRecord(name: string): GoldenRecord {
  return JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8')) as GoldenRecord;
}

function goldenCase({
  name,
  cr,
  status,
  base,
  objects = [],
  changed = [],
  absent = [],
}: GoldenRecord): GoldenCase {
  const all = new Map<string, KubeObject>();
  if (absent !== 'all') {
    const inherited = base === undefined ? objects : (readRecord(base).objects ?? []);
    for (const object of [...inherited, ...changed]) all.set(identityOf(object), object);
    for (const gone of absent) all.delete(identity(...gone));
  }
  const failed = status?.conditions?.find(({ type }) => type === 'InstallSucceeded')?.message;
  return {
    name,
    cr,
    version: status?.version,
    manifests: status?.manifests ?? [],
    failure: all.size === 0 ? (failed ?? 'nothing').replace('Install failed with message: ', '') : '',
    objects: all,
  };
}

function identity(apiVersion: string, kind: string, namespace: string, name: string): string {
  return `${kind} ${apiVersion.includes('/') ? apiVersion.split('/')[0] : ''} ${namespace}/${name}`;
}
