import { z } from 'zod';
import type { KubeObject } from '../../api/index.ts';
import type { Sight } from '../workload/workload.ts';

/** What members ran before anything was written there, by place. */
export type OriginalReplicas = Readonly<Record<string, OriginalReplica>>;

interface OriginalReplica {
  readonly replicas: number;
  /** Of the workload that ran them; another one, as of a cluster made anew behind the same name, has its own number. */
  readonly uid: string;
}

export const originalsAnnotation = 'wheelwright.dev/original-replicas';

/** How the field managers of deliveries from the hub begin. */
const deliverers = 'wheelwright-dso-';

const written = z.record(z.string(), z.object({ replicas: z.int32().min(0), uid: z.string() }));

/** What was noted; nothing where it is not there, or not to be understood. */
export function readOriginals({ metadata }: Pick<KubeObject, 'metadata'>): OriginalReplicas {
  const text = metadata.annotations?.[originalsAnnotation];
  if (text === undefined) return {};
  try {
    return written.parse(JSON.parse(text));
  } catch {
    return {};
  }
}

/**
 * With what is seen for the first time; the same value where nothing is. A workload that a delivery created anew has a
 * number of ours: it ran what the one before it did.
 */
export function withFirstSights(
  originals: OriginalReplicas,
  sights: ReadonlyMap<string, Sight>,
): OriginalReplicas {
  const first = [...sights].flatMap(([place, sight]) => {
    const known = Object.hasOwn(originals, place) ? originals[place] : undefined;
    if (sight.seen !== 'workload' || sight.uid === known?.uid) return [];
    const { uid, wanted, writer } = sight;
    const isDelivered = writer?.startsWith(deliverers) === true;
    return [[place, { replicas: isDelivered ? (known?.replicas ?? wanted) : wanted, uid }] as const];
  });
  return first.length === 0 ? originals : { ...originals, ...Object.fromEntries(first) };
}
