import type { KubeObject } from '../../api/index.ts';
import { ForbiddenError, type KubeClient, NotFoundError, resources } from '../../kube/index.ts';

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

export function marksOf({ metadata }: Pick<KubeObject, 'metadata'>): readonly HubMark[] {
  return Object.entries(metadata.annotations ?? {})
    .filter(([key]) => key.startsWith(prefix))
    .map(([key, name]) => ({ key, name }));
}

/** The marks of other hubs. A hub that does not know its own takes the only one with the member's name for it. */
export function marksOfOthers(
  account: Pick<KubeObject, 'metadata'>,
  name: string,
  own: HubMark | undefined,
): readonly HubMark[] {
  const marks = marksOf(account);
  if (own !== undefined) return marks.filter(({ key }) => key !== own.key);
  return marks.length === 1 ? marks.filter((mark) => mark.name !== name) : marks;
}

/** The account with the marks that it has already, and that of this hub. */
export function marked(
  account: KubeObject,
  before: KubeObject | undefined,
  own: HubMark | undefined,
): KubeObject {
  const marks = [...(before === undefined ? [] : marksOf(before)), ...(own === undefined ? [] : [own])];
  if (marks.length === 0) return account;
  const annotations = Object.fromEntries(marks.map(({ key, name }) => [key, name]));
  return {
    ...account,
    metadata: { ...account.metadata, annotations: { ...account.metadata.annotations, ...annotations } },
  };
}
