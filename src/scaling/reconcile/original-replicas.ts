import { z } from 'zod';
import type { KubeObject } from '../../api/index.ts';
import { type Sight, type Workload, workloadKey } from '../workload/workload.ts';
import type { AskedScaling } from './asked-scaling.ts';

/**
 * What members ran before anything was written there, by what was scaled (`apps/v1/Deployment/web`): what is scaled now, and
 * what was scaled before and has not got its numbers back.
 */
export type Originals = Readonly<Record<string, OriginalReplicas>>;

/** Of one of them, by place. */
export type OriginalReplicas = Readonly<Record<string, OriginalReplica>>;

interface OriginalReplica {
  readonly replicas: number;
  /** Of the workload that ran them; another one, as of a cluster made anew behind the same name, has its own number. */
  readonly uid: string;
}

export const originalsAnnotation = 'wheelwright.dev/original-replicas';

const ofOne = z.record(z.string(), z.object({ replicas: z.int32().min(0), uid: z.string() }));
/** Older releases did not write down what was scaled: it is what is scaled now. */
const unnamed = '';
const written = z.union([z.record(z.string(), ofOne), ofOne.transform((places) => ({ [unnamed]: places }))]);

type Target = AskedScaling['target'];

export function targetText({ apiVersion, kind, name }: Target): string {
  return `${apiVersion}/${kind}/${name}`;
}

/** Undefined where the text says none. */
export function targetOfText(text: string): Target | undefined {
  const parts = text.split('/');
  const [kind, name] = parts.splice(-2);
  return kind === undefined || name === undefined ? undefined : { apiVersion: parts.join('/'), kind, name };
}

/** What was noted; nothing where it is not there, or not to be understood. */
export function readOriginals({ metadata }: Pick<KubeObject, 'metadata'>): Originals {
  const text = metadata.annotations?.[originalsAnnotation];
  if (text === undefined) return {};
  try {
    return written.parse(JSON.parse(text));
  } catch {
    return {};
  }
}

/** All that was noted, of which the last is the newest; under the name that it has now what is scaled now. */
export function allOriginals(target: Target | undefined, ...notes: readonly Originals[]): Originals {
  const all: Record<string, OriginalReplicas> = {};
  for (const [text, places] of notes.flatMap((originals) => Object.entries(originals))) {
    const name = target !== undefined && isOf(target, text) ? targetText(target) : text;
    all[name] = { ...all[name], ...places };
  }
  return all;
}

function isOf(target: Target, text: string): boolean {
  const noted = targetOfText(text);
  const [a, b] = [noted, target].map((each) => each && workloadKey({ ...each, namespace: '' }));
  return text === unnamed || a === b;
}

/**
 * With what is seen for the first time; the same value where nothing is. A workload that was created anew and has a number
 * of ours by the time it is seen counts as the one before it, and one that is known has its number under another name too.
 */
export function withFirstSights(
  originals: OriginalReplicas,
  sights: ReadonlyMap<string, Sight>,
  isOurs: (place: string, workload: Workload) => boolean,
): OriginalReplicas {
  const isThere = (place: string, uid: string): boolean => {
    const sight = sights.get(place);
    return sight?.seen === 'workload' && sight.uid === uid;
  };
  const known = new Map(Object.values(originals).map(({ uid, replicas }) => [uid, replicas]));
  const first = [...sights].flatMap(([place, sight]) => {
    const before = Object.hasOwn(originals, place) ? originals[place] : undefined;
    if (sight.seen !== 'workload' || sight.uid === before?.uid) return [];
    const { uid, wanted } = sight;
    const ofOneBefore = before !== undefined && isOurs(place, sight) ? before.replicas : undefined;
    return [[place, { replicas: known.get(uid) ?? ofOneBefore ?? wanted, uid }] as const];
  });
  if (first.length === 0) return originals;
  const named = new Set(first.map(([, { uid }]) => uid));
  const others = Object.entries(originals).filter(
    ([place, { uid }]) => !named.has(uid) || isThere(place, uid),
  );
  return Object.fromEntries([...others, ...first]);
}
