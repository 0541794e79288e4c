import { z } from 'zod';
import type { KubeObject } from '../../api/index.ts';
import type { Sight, Workload } from '../workload/workload.ts';

/** What members ran before anything was written there, by place. */
export type OriginalReplicas = Readonly<Record<string, OriginalReplica>>;

interface OriginalReplica {
  readonly replicas: number;
  /** Of the workload that ran them; another one, as of a cluster made anew behind the same name, has its own number. */
  readonly uid: string;
}

export const originalsAnnotation = 'wheelwright.dev/original-replicas';

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
 * With what is seen for the first time; the same value where nothing is. A workload that was created anew and has a number
 * of ours by the time it is seen counts as the one before it.
 */
export function withFirstSights(
  originals: OriginalReplicas,
  sights: ReadonlyMap<string, Sight>,
  isOurs: (place: string, workload: Workload) => boolean,
): OriginalReplicas {
  const first = [...sights].flatMap(([place, sight]) => {
    const known = Object.hasOwn(originals, place) ? originals[place] : undefined;
    if (sight.seen !== 'workload' || sight.uid === known?.uid) return [];
    const { uid, wanted } = sight;
    const replicas = known !== undefined && isOurs(place, sight) ? known.replicas : wanted;
    return [[place, { replicas, uid }] as const];
  });
  return first.length === 0 ? originals : { ...originals, ...Object.fromEntries(first) };
}
