import { drainAnnotation, type DrainMark, drainMark } from '../../clusters/index.ts';
import { type KubeClient, NoMatchError, type Resource, resources } from '../../kube/index.ts';
import { CliError } from '../failure/cli-error.ts';
import { canonicalId, type FleetMember, readFleetMembers } from '../hub/fleet-members.ts';
import { profileResource } from '../hub/fleet-profile.ts';
import { providersOf, readRegistration } from './hub-registration.ts';
import { isRegistered, type Registration } from './registration.ts';

/** A member, and the object of the hub whose annotation drains it. */
export interface FoundMember extends DrainMark {
  readonly member: Pick<FleetMember, 'name' | 'id' | 'provider'>;
  readonly resource: Resource;
  readonly object: { readonly namespace: string; readonly name: string };
}

/**
 * The member that is called so: by its alias, its canonical id, or what its provider calls it. One that the operator has
 * not told of yet is found by where it is registered. Throws CliError, KubeError.
 */
export async function findMember(
  client: KubeClient,
  { namespace, reference }: { readonly namespace: string; readonly reference: string },
  signal: AbortSignal,
): Promise<FoundMember> {
  const members = await toldMembers(client, namespace, signal);
  const [member, ...others] = membersCalled(members, reference);
  if (others.length > 0) throw ambiguous(reference, [member, ...others]);
  if (member !== undefined) return drainPlace(client, namespace, member, signal);
  const name = reference.replace(/^kubeconfig#/, '');
  const [provider] = providersOf(await readRegistration(client, { namespace, name }, signal));
  if (provider === 'kubeconfig')
    return drainPlace(client, namespace, { name, id: `kubeconfig#${name}`, provider }, signal);
  const names = members.map((one) => one.name).slice(0, 5);
  throw new CliError({
    problem: `There is no member '${reference}' in namespace ${namespace} of this hub.`,
    fix:
      names.length === 0 ? 'name the namespace of the operator with -n' : `name one of ${names.join(', ')}`,
    code: 'WW5004',
    exit: 'negative',
  });
}

/** Those that a reference may mean. As for the operator, an alias, or an id, goes before what a provider calls its own. */
export function membersCalled(members: readonly FleetMember[], reference: string): readonly FleetMember[] {
  const owner = members.find((one) => one.name === reference || canonicalId(one) === reference);
  return owner === undefined ? members.filter((one) => isCalled(one, reference)) : [owner];
}

/** Those that the operator tells of; none on a hub where it cannot. Throws KubeError. */
export async function toldMembers(
  client: KubeClient,
  namespace: string,
  signal: AbortSignal,
): Promise<readonly FleetMember[]> {
  try {
    return await readFleetMembers(client, namespace, signal);
  } catch (error) {
    if (error instanceof NoMatchError) return [];
    throw error;
  }
}

/** The member that one provider has under a name, whoever has its alias; undefined where the operator tells of none. */
export async function findRegistered(
  client: KubeClient,
  { namespace, name, provider }: Registration,
  signal: AbortSignal,
): Promise<FleetMember | undefined> {
  return (await toldMembers(client, namespace, signal)).find((one) => isRegistered(one, { name, provider }));
}

function isCalled(member: FleetMember, reference: string): boolean {
  const id = canonicalId(member);
  return id?.slice(id.indexOf('#') + 1) === reference;
}

function ambiguous(reference: string, members: readonly (FleetMember | undefined)[]): CliError {
  const ids = members.flatMap((one) => (one === undefined ? [] : [canonicalId(one) ?? one.name]));
  return new CliError({
    problem: `'${reference}' may mean several members: ${ids.join(', ')}.`,
    fix: 'name one of them so',
    code: 'WW5011',
    exit: 'negative',
  });
}

/** The object of the hub, and its annotation, that drains a member. Throws CliError where there is none, KubeError. */
export async function drainPlace(
  client: KubeClient,
  namespace: string,
  member: FoundMember['member'] & Partial<Pick<FleetMember, 'configuration'>>,
  signal: AbortSignal,
): Promise<FoundMember> {
  const id = canonicalId(member) ?? '';
  const local = id.slice(id.indexOf('#') + 1);
  switch (id.slice(0, Math.max(0, id.indexOf('#')))) {
    case 'kubeconfig':
      return {
        member,
        resource: resources.secrets,
        object: { namespace, name: local },
        annotation: drainAnnotation,
        value: 'true',
      };
    case 'file':
    case 'hub':
      if (member.configuration === undefined || member.name.includes('#'))
        throw notDrainable(member.name, 'another member has its name');
      return {
        member,
        resource: await client.resourceFor(resources.kedifyConfigurations, { signal }),
        object: member.configuration,
        ...drainMark(member.name),
      };
    case 'clusterprofile': {
      const [profileNamespace = '', name = ''] = local.split('/');
      return {
        member,
        resource: await profileResource(client, signal),
        object: { namespace: profileNamespace, name },
        annotation: drainAnnotation,
        value: 'true',
      };
    }
    default:
      throw notDrainable(member.name, 'there is no object of the hub that it comes from');
  }
}

export function notDrainable(name: string, why: string): CliError {
  return new CliError({
    problem: `Member '${name}' cannot be drained as a whole: ${why}.`,
    fix: 'set spec.memberClusters[].drain in the objects that use it',
    code: 'WW5011',
    exit: 'negative',
  });
}
