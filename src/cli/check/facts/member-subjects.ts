import { memberLabel } from '../../../clusters/index.ts';
import { type KubeClient, resources } from '../../../kube/index.ts';
import { ask, type Asking, valueOf } from '../../hub/answer.ts';
import { canonicalId, type FleetMember } from '../../hub/fleet-members.ts';
import { isAbout } from '../../hub/scaled-object.ts';
import type { CheckedObject } from './checked-object.ts';
import type { DeliveredWorkloads, MemberSubject } from './member-facts.ts';
import type { ScalingFacts } from './scaling-facts.ts';

export interface WantedMembers {
  /** `eu-1`, `member/eu-1`, `kubeconfig#eu-1`; undefined for all. */
  readonly on: string | undefined;
  /** Of the operator; undefined for any. */
  readonly namespace: string | undefined;
}

/** The members with a kubeconfig that are wanted, as the operator tells of them. */
export function memberSubjects(
  { members, objects }: ScalingFacts,
  { on, namespace }: WantedMembers,
): readonly MemberSubject[] {
  const subjects = chosen(members, { on, namespace }).flatMap((member) => subjectOf(member, objects));
  const keys = new Map(subjects.map((one) => [`${one.namespace}/${one.provider}#${one.local}`, one]));
  return [...keys.values()];
}

/** The ClusterProfile, `namespace/name`, of the one member that is wanted; undefined where it comes from elsewhere. */
export function profileOfMember(
  { members }: Pick<ScalingFacts, 'members'>,
  wanted: WantedMembers & { readonly on: string },
): string | undefined {
  const profiles = new Set(
    chosen(members, wanted).map((member) => /^clusterprofile#(.+)$/s.exec(canonicalId(member) ?? '')?.[1]),
  );
  return profiles.size === 1 ? [...profiles][0] : undefined;
}

/** As for the operator: an alias, or an id, goes before what a provider calls its own. */
function chosen(members: readonly FleetMember[], { on, namespace }: WantedMembers): readonly FleetMember[] {
  const candidates = members.filter(
    ({ configuration }) => namespace === undefined || configuration.namespace === namespace,
  );
  if (on === undefined) return candidates;
  const wanted = memberReference(on);
  const owners = candidates.filter((one) => one.name === wanted || canonicalId(one) === wanted);
  return owners.length > 0 ? owners : candidates.filter((one) => localOf(canonicalId(one)) === wanted);
}

/** What `member/eu-1` refers to. */
function memberReference(on: string): string {
  return on.replace(/^members?\//, '');
}

function localOf(id: string | undefined): string | undefined {
  return id?.slice(id.indexOf('#') + 1);
}

function subjectOf(member: FleetMember, objects: readonly CheckedObject[]): readonly MemberSubject[] {
  const [, provider, local = ''] = /^(kubeconfig|file)#(.+)$/s.exec(canonicalId(member) ?? '') ?? [];
  if (provider !== 'kubeconfig' && provider !== 'file') return [];
  const { namespace } = member.configuration;
  const { name, state, info } = member;
  const fromHub = deliveredTo(member, objects);
  return [{ name, provider, local, namespace, told: { state, info }, fromHub }];
}

function deliveredTo(member: FleetMember, objects: readonly CheckedObject[]): readonly DeliveredWorkloads[] {
  const id = canonicalId(member);
  const names = new Set([member.name, id, localOf(id)]);
  const delivered = objects
    .filter(({ isFromHub, rows }) => isFromHub && rows.some((row) => isAbout(row, member)))
    .flatMap(({ namespace, target, places }) => {
      const listed = places.filter((place) => names.has(place.member));
      const targets = target === undefined ? [] : [target];
      return (listed.length === 0 ? [{ namespace }] : listed).map((place) => ({
        namespace: place.namespace,
        targets,
      }));
    });
  return [...Map.groupBy(delivered, ({ namespace }) => namespace)].map(([namespace, some]) => ({
    namespace,
    targets: some.flatMap(({ targets }) => targets),
  }));
}

const nameOfSecret = /^(?:members?\/)?(?:kubeconfig#)?([a-z0-9][a-z0-9.-]*)$/;

/**
 * The member by the Secret of this name, where the operator does not tell of it, as before its first word. None where the
 * Secret may not be read. Throws only the reason of the signal.
 */
export async function untoldMember(
  client: KubeClient,
  { on, namespace }: { readonly on: string; readonly namespace: string },
  asking: Asking,
): Promise<readonly MemberSubject[]> {
  const name = nameOfSecret.exec(on)?.[1];
  if (name === undefined) return [];
  const secret = valueOf(
    await ask(asking, (signal) => client.get(resources.secrets, { namespace, name }, { signal })),
  );
  return secret?.metadata.labels?.[memberLabel] === 'true'
    ? [{ name, provider: 'kubeconfig', local: name, namespace, told: undefined, fromHub: [] }]
    : [];
}
