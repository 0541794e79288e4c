import { groupVersionKind, isRecord, type KubeObject } from '../../api/index.ts';
import { type KubeClient, NotFoundError, type Resource, resources } from '../../kube/index.ts';
import { memberObjects } from './member-objects.ts';

/** Who the fields of what this command line writes belong to. */
export const fieldManager = 'wheelwright-cli';

export type Applied = 'created' | 'changed' | 'unchanged';

/**
 * Puts on the member what it must have, in order; doing it again changes nothing. The namespace is left alone where it is
 * there. Throws KubeError.
 */
export async function applyMemberObjects(
  client: KubeClient,
  namespace: string,
  signal: AbortSignal,
): Promise<readonly Applied[]> {
  const applied: Applied[] = [];
  for (const object of memberObjects(namespace)) {
    const before = await find(client, object, signal);
    applied.push(
      object.kind === 'Namespace' && before !== undefined
        ? 'unchanged'
        : await apply(client, withOtherSubjects(object, before), before, signal),
    );
  }
  return applied;
}

/** Takes away what was put there, the last first; the namespace stays, because it may hold other things. Throws KubeError. */
export async function removeMemberObjects(
  client: KubeClient,
  namespace: string,
  signal: AbortSignal,
): Promise<number> {
  let removed = 0;
  for (const object of memberObjects(namespace).toReversed()) {
    if (object.kind === 'Namespace') continue;
    try {
      await client.delete(resourceOf(object), object.metadata, { signal });
      removed += 1;
    } catch (error) {
      if (!(error instanceof NotFoundError)) throw error;
    }
  }
  return removed;
}

/** Applies an object, and says what came of it; `before` is how it was. */
export async function apply(
  client: KubeClient,
  object: KubeObject,
  before: KubeObject | undefined,
  signal: AbortSignal,
): Promise<Applied> {
  const after = await client.apply(resourceOf(object), object, { force: true, fieldManager, signal });
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

/** Another hub may have bound accounts of another namespace to the same role: they keep it. */
function withOtherSubjects(object: KubeObject, before: KubeObject | undefined): KubeObject {
  if (object.kind !== 'ClusterRoleBinding' || before === undefined) return object;
  const ours = subjectsOf(object);
  const others = subjectsOf(before).filter(
    (subject) =>
      !ours.some(
        ({ kind, name, namespace }) =>
          kind === subject.kind && name === subject.name && namespace === subject.namespace,
      ),
  );
  return { ...object, subjects: [...others, ...ours] };
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
