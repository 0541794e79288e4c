import type { KubeObject } from '../../api/index.ts';
import { ForbiddenError, type KubeClient, NotFoundError, resources } from '../../kube/index.ts';
import { fieldManager } from './field-manager.ts';
import { agentName } from './member-objects.ts';

/** On the account of a member: a hub that has registered it. */
export interface HubMark {
  /** Annotation, which ends with the uid of the hub's namespace kube-system. */
  readonly key: string;
  /** What the hub calls the member. */
  readonly name: string;
}

const prefix = 'hub.wheelwright.dev/';

/** The mark of this hub; undefined where the user may not know which hub it is. Throws KubeError. */
export async function hubMark(
  hub: KubeClient,
  name: string,
  signal: AbortSignal,
): Promise<HubMark | undefined> {
  try {
    const { metadata } = await hub.get(
      resources.namespaces,
      { name: 'kube-system' },
      { metadataOnly: true, signal },
    );
    return metadata.uid === undefined ? undefined : { key: `${prefix}${metadata.uid}`, name };
  } catch (error) {
    if (error instanceof ForbiddenError || error instanceof NotFoundError) return undefined;
    throw error;
  }
}

function marksOf({ metadata }: Pick<KubeObject, 'metadata'>): readonly HubMark[] {
  return Object.entries(metadata.annotations ?? {})
    .filter(([key]) => key.startsWith(prefix))
    .map(([key, name]) => ({ key, name }));
}

/** The marks of other hubs. A hub that does not know its own left none, and takes none for its own. */
export function marksOfOthers(
  account: Pick<KubeObject, 'metadata'>,
  own: HubMark | undefined,
): readonly HubMark[] {
  return marksOf(account).filter(({ key }) => key !== own?.key);
}

/** Puts a mark on the account of a member, and none of another hub's off. Throws KubeError. */
export async function mark(
  member: KubeClient,
  namespace: string,
  { key, name }: HubMark,
  signal: AbortSignal,
): Promise<void> {
  await annotate(member, namespace, { [key]: name }, signal);
}

/** Takes a mark off again. Throws KubeError. */
export async function unmark(
  member: KubeClient,
  namespace: string,
  { key }: HubMark,
  signal: AbortSignal,
): Promise<void> {
  await annotate(member, namespace, { [key]: null }, signal);
}

/** A patch, for what is applied anew loses what others have put there since it was read. */
async function annotate(
  member: KubeClient,
  namespace: string,
  annotations: Readonly<Record<string, string | null>>,
  signal: AbortSignal,
): Promise<void> {
  const body = { metadata: { annotations } };
  const account = { namespace, name: agentName };
  await member.patch(resources.serviceAccounts, account, 'merge', body, { fieldManager, signal });
}
