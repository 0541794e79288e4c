import { type KubeObject, parseDistributedScaledObject } from '../../api/index.ts';
import { type KubeClient, resources } from '../../kube/index.ts';
import { type PlanSpec, readSpec } from '../../scaling/index.ts';
import { canonicalId, type FleetMember } from '../hub/fleet-members.ts';
import { listIfServed } from '../hub/list-if-served.ts';
import { readScaledObject } from '../hub/scaled-object.ts';
import { membersCalled, toldMembers } from './find-member.ts';
import { type EmptyOptions, remainderOf } from './until-empty.ts';

/**
 * The DistributedScaledObjects, as `dso/namespace/name`, that use a member, or have something there, and that no other member
 * could serve now: the others do not answer, are drained, or get nothing by the spec. Throws KubeError.
 */
export async function servedByNobodyElse(
  client: KubeClient,
  { member, namespace }: Pick<EmptyOptions, 'member' | 'namespace'>,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const members = await toldMembers(client, namespace, signal);
  // Without a word of the operator nobody can say who the others are.
  if (members.length === 0) return [];
  const objects = (await listIfServed(client, resources.distributedScaledObjects, { signal })) ?? [];
  return objects
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    .filter((object) => isLastOf(object, member, members))
    .map(({ metadata }) => `dso/${metadata.namespace}/${metadata.name}`);
}

const mostNamed = 5;

export function sayLast(name: string, objects: readonly string[]): string {
  const more = objects.length > mostNamed ? ` and ${objects.length - mostNamed} more` : '';
  return `No other member than ${name} can serve ${objects.slice(0, mostNamed).join(', ')}${more} now.`;
}

function isLastOf(
  object: KubeObject,
  member: EmptyOptions['member'],
  members: readonly FleetMember[],
): boolean {
  const parsed = parseDistributedScaledObject({ ...object, status: undefined });
  const read = parsed.ok ? readSpec(parsed.resource) : parsed;
  const wanted = read.ok ? membersOfSpec(read.spec, members) : [];
  const isIt = (one: FleetMember): boolean => canonicalId(one) === canonicalId(member);
  const isUsed = wanted.some(isIt) || remainderOf(readScaledObject(object), member).length > 0;
  return isUsed && !wanted.some((one) => !isIt(one) && one.state === 'Ready' && !one.isDrained);
}

/** Those that may have replicas by the spec: without a list, all that have an alias. */
function membersOfSpec(
  { members: listed }: PlanSpec,
  members: readonly FleetMember[],
): readonly FleetMember[] {
  if (listed.length === 0) return members.filter(({ name }) => !name.includes('#'));
  return listed
    .filter(({ weight, most }) => weight > 0 && most > 0)
    .flatMap(({ name }) => membersCalled(members, name));
}
