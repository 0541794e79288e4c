import { isRecord, type KubeObject } from '../../api/index.ts';

/** On an object: where its workload was delivered to, so that it is removed there whoever has to do it. */
export const deliveredAnnotation = 'wheelwright.dev/delivered-to';

/** A namespace of a member. */
export interface DeliveredPlace {
  /** Canonical id of the member. */
  readonly member: string;
  readonly namespace: string;
}

export function placeKey({ member, namespace }: DeliveredPlace): string {
  return `${member} ${namespace}`;
}

/** What the annotation says; what cannot be read was not written by us, and says nothing. */
export function readDeliveredPlaces({ metadata }: Pick<KubeObject, 'metadata'>): readonly DeliveredPlace[] {
  let read: unknown;
  try {
    read = JSON.parse(metadata.annotations?.[deliveredAnnotation] ?? '[]');
  } catch {
    return [];
  }
  if (!Array.isArray(read)) return [];
  return read.flatMap((entry: unknown) => {
    if (!isRecord(entry)) return [];
    const { member, namespace } = entry;
    return typeof member === 'string' && typeof namespace === 'string' ? [{ member, namespace }] : [];
  });
}

/** Equal for equal places, in whatever order they come; undefined for none. */
export function deliveredPlacesText(places: readonly DeliveredPlace[]): string | undefined {
  const byKey = new Map(
    places.map(({ member, namespace }) => [placeKey({ member, namespace }), { member, namespace }]),
  );
  if (byKey.size === 0) return undefined;
  return JSON.stringify([...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, place]) => place));
}
