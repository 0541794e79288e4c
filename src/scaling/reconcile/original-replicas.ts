import { z } from 'zod';
import type { KubeObject } from '../../api/index.ts';
import type { Sight } from '../workload/workload.ts';

/** What members ran before anything was written there, by place. */
export type OriginalReplicas = Readonly<Record<string, number>>;

export const originalsAnnotation = 'wheelwright.dev/original-replicas';

const written = z.record(z.string(), z.int32().min(0));

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

/** With what is seen for the first time; the same value where nothing is. */
export function withFirstSights(
  originals: OriginalReplicas,
  sights: ReadonlyMap<string, Sight>,
): OriginalReplicas {
  const first = [...sights].flatMap(([place, sight]) =>
    sight.seen === 'workload' && !Object.hasOwn(originals, place) ? [[place, sight.wanted] as const] : [],
  );
  return first.length === 0 ? originals : { ...originals, ...Object.fromEntries(first) };
}
