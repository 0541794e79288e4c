import { groupVersionKind, isRecord, type KubeObject } from '../../api/index.ts';
import { ConflictError, type KubeClient, NotFoundError, type Resource, resources } from '../../kube/index.ts';
import type { Rule } from '../check/facts/rule.ts';
import { fieldManager } from './field-manager.ts';
import { type HubMark, mark, marksOfOthers } from './hub-mark.ts';
import { memberObjects } from './member-objects.ts';

export type Applied = 'created' | 'changed' | 'unchanged';

export interface Wanted {
  readonly namespace: string;
  /** Of the role. */
  readonly rules: readonly Rule[];
  /** Who works by it. */
  readonly hub: HubMark | undefined;
}

/**
 * Puts on the member what it must have, in order; doing it again changes nothing. The namespace is left alone where it is
 * there; the account bears the mark of each hub that works by it, and what others need stays. Throws KubeError.
 */
export async function applyMemberObjects(
  client: KubeClient,
  { namespace, rules, hub }: Wanted,
  signal: AbortSignal,
): Promise<readonly Applied[]> {
  const applied: Applied[] = [];
  const objects = memberObjects(namespace, rules);
  const isShared = await hasOtherHubs(client, objects, hub, signal);
  for (const object of objects) {
    const before = await find(client, object, signal);
    const isThere = object.kind === 'Namespace' && before !== undefined;
    const wanted = withOthers(object, before, isShared);
    const one = isThere ? 'unchanged' : await apply(client, wanted, before, signal);
    const marks = object.kind === 'ServiceAccount' && hub !== undefined;
    if (marks) await mark(client, namespace, hub, signal);
    const isMarked = !marks || before?.metadata.annotations?.[hub.key] === hub.name;
    applied.push(one === 'unchanged' && !isMarked ? 'changed' : one);
  }
  return applied;
}

/**
 * Takes away what was put there, the last first; the namespace stays, because it may hold other things, and so does what
 * accounts of other hubs are bound by. Throws KubeError.
 */
export async function removeMemberObjects(
  client: KubeClient,
  namespace: string,
  signal: AbortSignal,
): Promise<Removed> {
  let count = 0;
  let isShared = false;
  for (const object of memberObjects(namespace).toReversed()) {
    if (object.kind === 'ClusterRoleBinding') isShared = await unbind(client, object, signal);
    const stays =
      object.kind === 'Namespace' ||
      (isShared && ['ClusterRoleBinding', 'ClusterRole'].includes(object.kind));
    if (!stays && (await remove(client, object, signal))) count += 1;
  }
  return { count, isShared };
}

export interface Removed {
  readonly count: number;
  /** Accounts of other hubs keep role and binding. */
  readonly isShared: boolean;
}

const mostTries = 5;

/** Takes our subjects out of a binding that has others as well; false where it has none. */
async function unbind(client: KubeClient, binding: KubeObject, signal: AbortSignal): Promise<boolean> {
  for (let tries = 1; ; tries += 1) {
    const before = await find(client, binding, signal);
    const others = before === undefined ? [] : otherSubjects(before, binding);
    if (before === undefined || others.length === 0) return false;
    const { resourceVersion } = before.metadata;
    const body = { metadata: { resourceVersion }, subjects: others };
    try {
      await client.patch(resourceOf(binding), binding.metadata, 'merge', body, { fieldManager, signal });
      return true;
    } catch (error) {
      if (!(error instanceof ConflictError) || tries === mostTries) throw error;
    }
  }
}

async function remove(client: KubeClient, object: KubeObject, signal: AbortSignal): Promise<boolean> {
  try {
    await client.delete(resourceOf(object), object.metadata, { signal });
    return true;
  } catch (error) {
    if (error instanceof NotFoundError) return false;
    throw error;
  }
}

/** Applies an object, and says what came of it; `before` is how it was. */
export async function apply(
  client: KubeClient,
  object: KubeObject,
  before: KubeObject | undefined,
  signal: AbortSignal,
  { dryRun = false }: { readonly dryRun?: boolean } = {},
): Promise<Applied> {
  const options = { force: true, fieldManager, dryRun, signal };
  const after = await client.apply(resourceOf(object), object, options);
  if (before === undefined) return 'created';
  return after.metadata.resourceVersion === before.metadata.resourceVersion ? 'unchanged' : 'changed';
}

export async function find(
  client: KubeClient,
  object: KubeObject,
  signal: AbortSignal,
): Promise<KubeObject | undefined> {
  try {
    return await client.get(resourceOf(object), object.metadata, { signal });
  } catch (error) {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  }
}

/** Whether other hubs work by the account, or by one of another namespace that has the same role. Throws KubeError. */
export async function hasOtherHubs(
  client: KubeClient,
  objects: readonly KubeObject[],
  hub: HubMark | undefined,
  signal: AbortSignal,
): Promise<boolean> {
  for (const object of objects) {
    if (object.kind !== 'ServiceAccount' && object.kind !== 'ClusterRoleBinding') continue;
    const before = await find(client, object, signal);
    if (before === undefined) continue;
    const others =
      object.kind === 'ServiceAccount' ? marksOfOthers(before, hub) : otherSubjects(before, object);
    if (others.length > 0) return true;
  }
  return false;
}

/** Another hub may have bound accounts of another namespace to the same role: they keep it, with all that it allows them. */
export function withOthers(
  object: KubeObject,
  before: KubeObject | undefined,
  isShared: boolean,
): KubeObject {
  if (before === undefined) return object;
  if (object.kind === 'ClusterRoleBinding')
    return { ...object, subjects: [...otherSubjects(before, object), ...subjectsOf(object)] };
  if (object.kind !== 'ClusterRole' || !isShared) return object;
  const ours = new Set(rulesOf(object).map((rule) => textOfRule(rule)));
  return {
    ...object,
    rules: [...rulesOf(object), ...rulesOf(before).filter((rule) => !ours.has(textOfRule(rule)))],
  };
}

function rulesOf({ rules }: KubeObject): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(rules) ? rules.filter(isRecord) : [];
}

/** Servers and users may write the fields of a rule in any order. */
function textOfRule(rule: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(Object.entries(rule).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** Those of the first binding that the second has not. */
function otherSubjects(before: KubeObject, object: KubeObject): readonly Subject[] {
  const ours = subjectsOf(object);
  return subjectsOf(before).filter(
    (subject) =>
      !ours.some(
        ({ kind, name, namespace }) =>
          kind === subject.kind && name === subject.name && namespace === subject.namespace,
      ),
  );
}

interface Subject {
  readonly kind?: unknown;
  readonly name?: unknown;
  readonly namespace?: unknown;
}

function subjectsOf({ subjects }: KubeObject): readonly Subject[] {
  return Array.isArray(subjects) ? subjects.filter(isRecord) : [];
}

function resourceOf(object: KubeObject): Resource {
  const { kind } = groupVersionKind(object);
  const found = [
    resources.namespaces,
    resources.serviceAccounts,
    resources.secrets,
    resources.clusterRoles,
    resources.clusterRoleBindings,
  ].find((resource) => resource.kind === kind);
  if (found === undefined) throw new Error(`no object of a member is a ${kind}`);
  return found;
}
