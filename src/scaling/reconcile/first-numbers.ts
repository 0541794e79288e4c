import type { WantedScale } from '../workload/scale-writer.ts';
import type { WorkloadOnMember } from '../workload/workload-observer.ts';
import type { AskedScaling } from './asked-scaling.ts';
import {
  allOriginals,
  type Originals,
  readOriginals,
  targetOfText,
  targetText,
} from './original-replicas.ts';
import { readTarget } from './read-target.ts';
import type { ScalingPass } from './scaling-pass.ts';
import { planName } from './selected-members.ts';

/** What one workload ran before anything was written there. */
export interface FirstNumber {
  /** Under which it is written: its place, unless it was scaled before the one that is scaled there now. */
  readonly key: string;
  /** What was scaled. */
  readonly target: string;
  /** Something else is scaled now. */
  readonly isFormer: boolean;
  readonly place: string;
  readonly member: string;
  readonly replicas: number;
  readonly uid: string;
  /** Undefined while its member is not connected. */
  readonly where: WorkloadOnMember | undefined;
}

/** All that is noted, but for what another object scales by now: that goes on from what is there. */
export function firstNumbers({ services, key, object, memory }: ScalingPass): readonly FirstNumber[] {
  const { members, claims } = services;
  const target = readTarget(object);
  const originals = allOriginals(target, memory.originals, readOriginals(object));
  const current = target && targetText(target);
  const byName = new Map(members.members.map((member) => [planName(member), member]));
  const isWantedByOthers = claims.wantedByOthers(key);
  return Object.entries(originals).flatMap(([text, places]) =>
    Object.entries(places).flatMap(([place, original]): readonly FirstNumber[] => {
      const slash = place.indexOf('/');
      const [namespace, member] = [place.slice(0, slash), place.slice(slash + 1)];
      const scaled = targetOfText(text);
      const workload = scaled && { ...scaled, namespace };
      const { id, cluster } = byName.get(member) ?? {};
      const isFormer = text !== current;
      if (isFormer && id !== undefined && workload && isWantedByOthers(id, workload)) return [];
      const where = cluster && workload && { cluster, workload };
      return [
        {
          ...original,
          key: isFormer ? `${place}|${text}` : place,
          target: text,
          isFormer,
          place,
          member,
          where,
        },
      ];
    }),
  );
}

/** Those of what was scaled before, where they are to be given back. */
export function formerNumbers(
  pass: ScalingPass,
  { restoresOriginals }: Pick<AskedScaling, 'restoresOriginals'>,
): readonly FirstNumber[] {
  return restoresOriginals ? firstNumbers(pass).filter(({ isFormer }) => isFormer) : [];
}

/** What has to be written for them, by their keys; who has nothing left to give it back to is no more among `left`. */
export function givingBack(
  { services: { workloads } }: ScalingPass,
  numbers: readonly FirstNumber[],
): { readonly left: readonly FirstNumber[]; readonly wanted: ReadonlyMap<string, WantedScale> } {
  const wanted = new Map<string, WantedScale>();
  const left = numbers.filter(({ key, member, replicas, uid, where }) => {
    if (where === undefined) return true;
    const seen = workloads.sight(where);
    // There is nothing left to give it back to, or something that was never scaled.
    if (seen.seen === 'absence' || (seen.seen === 'workload' && seen.uid !== uid)) return false;
    if (seen.seen === 'workload') wanted.set(key, { ...where, member, replicas, seen });
    return true;
  });
  return { left, wanted };
}

/** Whether what is to be written there is there, and no number that was written earlier is still on its way. */
export function isGivenBack(
  { services: { writers }, key }: ScalingPass,
  { place }: Pick<FirstNumber, 'place'>,
  { cluster, replicas, seen }: WantedScale,
): boolean {
  const isBehind =
    writers.hasWritten(key, place, seen.uid) &&
    !writers.hasWrittenBefore(key, place, { ...seen, generation: cluster.generation });
  return seen.wanted === replicas && !isBehind && !writers.isWriting(key, place);
}

/** As they are noted. */
export function originalsOfNumbers(numbers: readonly FirstNumber[]): Originals {
  return Object.fromEntries(
    [...Map.groupBy(numbers, ({ target }) => target)].map(([target, each]) => [
      target,
      Object.fromEntries(each.map(({ place, replicas, uid }) => [place, { replicas, uid }])),
    ]),
  );
}
