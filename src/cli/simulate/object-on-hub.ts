import type { DistributedScaledObject, KubeObject } from '../../api/index.ts';
import { type Clock, type KubeClient, NotFoundError, resources } from '../../kube/index.ts';
import {
  type Beginning,
  knownState,
  placeOf,
  type PlanSpec,
  type RegisteredMember,
} from '../../scaling/index.ts';
import { usageError } from '../failure/cli-error.ts';
import { ask, valueOf } from '../hub/answer.ts';
import { canonicalId, type FleetMember, readAllFleetMembers } from '../hub/fleet-members.ts';
import type { ObjectOperand } from './object-operand.ts';
import { type GivenObject, readGiven } from './given-object.ts';

export interface OnHub {
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/**
 * An object on the hub with its members, as they are by its status and drained as the operator tells it. Throws CliError,
 * KubeError.
 */
export async function objectOnHub(
  { namespace, name }: Required<ObjectOperand>,
  { client, clock, signal }: OnHub,
): Promise<GivenObject> {
  const what = `dso/${namespace}/${name}`;
  const resource = await client.resourceFor(resources.distributedScaledObjects, { signal });
  let object: KubeObject;
  try {
    object = await client.get(resource, { namespace, name }, { signal });
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
    throw usageError(`There is no ${what} on this hub.`, {
      fix: 'name one that is there, and its namespace with -n',
      code: 'WW5004',
      exit: 'negative',
    });
  }
  const fleet = await ask({ clock, signal }, (until) => readAllFleetMembers(client, until));
  const given = givenNow(object, valueOf(fleet) ?? [], clock.now());
  if (fleet.state !== 'failed') return given;
  const unread = `KedifyConfigurations could not be read: ${fleet.error.message}`;
  return { ...given, warnings: [...given.warnings, unread] };
}

/** The same of an object and members that are at hand; `now` is milliseconds since the epoch. Throws CliError. */
export function givenNow(object: KubeObject, fleet: readonly FleetMember[], now: number): GivenObject {
  const { key, object: parsed, spec, warnings } = readGiven(object, 'the hub');
  const { state, findings } = knownState(object);
  const drained = new Set(fleet.filter(({ isDrained }) => isDrained).map(canonicalId));
  const rows = rowsOf(parsed, spec, Object.values(state?.rows ?? {}));
  const begin: Beginning = {
    at: now,
    state,
    workloads: new Map(rows.map(({ place, replicas, isUp }) => [place, { replicas, isUp }])),
  };
  return {
    key,
    what: `dso/${key}`,
    spec,
    members: rows
      .map(({ member }) => ({ ...member, isDrained: drained.has(member.id) }))
      .filter(({ id }, index, all) => all.findIndex((other) => other.id === id) === index),
    begin,
    warnings: [...warnings, ...findings.map(({ message }) => message)],
  };
}

interface LiveRow {
  readonly place: string;
  readonly member: RegisteredMember;
  readonly replicas: number;
  readonly isUp: boolean;
}

interface KnownRow {
  readonly name: string;
  readonly namespace: string;
  readonly id?: string | undefined;
  readonly reference?: string | undefined;
}

/** The members of the status that are registered, under the names that the last plan had for them. */
function rowsOf(
  { status }: DistributedScaledObject,
  spec: PlanSpec,
  known: readonly KnownRow[],
): readonly LiveRow[] {
  const told = Object.entries(status?.memberClusterStatuses ?? {});
  return told.flatMap(([reference, { id, provider, state, currentReplicas }]): readonly LiveRow[] => {
    if (id === '') return [];
    const listed = spec.members.find((member) => member.name === reference);
    const namespace = listed?.namespace ?? spec.namespace;
    const row = known.find((row) => (row.reference ?? row.name) === reference && row.namespace === namespace);
    const member = {
      name: row?.name ?? reference,
      id: row?.id ?? (provider === undefined ? id : `${provider}#${id}`),
      references: [reference],
    };
    return [
      {
        place: placeOf({ name: member.name, namespace }),
        member,
        replicas: Math.max(0, currentReplicas),
        isUp: state !== 'NotReady',
      },
    ];
  });
}
