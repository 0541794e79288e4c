import type { KubeObject, NamespacedName } from '../../../../api/index.ts';
import { ConflictError, type KubeClient, type Resource } from '../../../../kube/index.ts';
import { NotOwned } from './not-owned.ts';

/** What `/scale` of an object says. */
export interface Scale {
  readonly current: number;
  readonly observed: number;
  readonly resourceVersion: string;
}

export interface TotalWriter {
  readonly client: KubeClient;
  readonly resource: Resource;
  /** The right to write; undefined while another replica of the operator has it. */
  readonly owned: () => AbortSignal | undefined;
}

export type WriteResult =
  | { readonly kind: 'written'; readonly scale: Scale }
  /** Somebody else changed the total in the meantime; the decision is to be taken again. */
  | { readonly kind: 'changed'; readonly scale: Scale };

const attempts = 5;

/**
 * Makes the total `to` through `/scale`, if it still is `from`. Writes of others to the object, of its status above all,
 * make it try again. Throws KubeError, and NotOwned where the right to write was lost meanwhile.
 */
export async function writeTotal(
  { client, resource, owned }: TotalWriter,
  name: NamespacedName,
  { from, to }: { readonly from: number; readonly to: number },
  signal: AbortSignal,
): Promise<WriteResult> {
  for (let attempt = 1; ; attempt++) {
    const found = await client.get(resource, name, { subresource: 'scale', signal });
    const scale = scaleOf(found);
    if (scale.current !== from) return { kind: 'changed', scale };
    if (owned() === undefined) throw new NotOwned();
    try {
      const wanted = { ...found, spec: { replicas: to } };
      const written = await client.update(resource, wanted, { subresource: 'scale', signal });
      return { kind: 'written', scale: scaleOf(written) };
    } catch (error) {
      if (!(error instanceof ConflictError) || attempt === attempts) throw error;
    }
  }
}

/** A zero is left out on the wire. */
function scaleOf(object: KubeObject): Scale {
  const spec = (object['spec'] ?? {}) as { readonly replicas?: number };
  const status = (object['status'] ?? {}) as { readonly replicas?: number };
  return {
    current: spec.replicas ?? 0,
    observed: status.replicas ?? 0,
    resourceVersion: object.metadata.resourceVersion ?? '',
  };
}
