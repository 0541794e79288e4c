import type { Clock } from '../../kube/index.ts';
import { type Answer, answered, ask, valueOf } from '../hub/answer.ts';
import type { Hub } from '../hub/open-hub.ts';
import type { DocumentKind } from '../terminal/document.ts';
import type { Table } from '../terminal/table.ts';
import type { FleetFacts } from './fleet-facts.ts';
import { type FleetStatus, fleetStatus } from './fleet-status.ts';
import { readHappenings } from './happenings.ts';
import { typedName } from './installation.ts';
import { partOfFleet } from './part-of-fleet.ts';
import { findSubject, objectStatus, regarding, shownCondition } from './object-view.ts';
import { isAbout } from '../hub/scaled-object.ts';
import {
  type MemberView,
  renderMember,
  renderScaledObject,
  type ScaledObjectView,
} from './render-scaling.ts';
import { memberProblem, scaledObjectProblem } from './scaling-problems.ts';
import type { Happening } from './object-status.ts';
import type { Problem } from './problem.ts';
import { renderFleet } from './render-fleet.ts';
import type { StatusView } from './status-view.ts';
import { renderObject } from './render-object.ts';
import { type ObjectName, selectObject } from './select-object.ts';

/** What is shown at one moment. */
export interface Snapshot {
  readonly kind: DocumentKind;
  readonly content: object;
  readonly fleet: FleetStatus;
  readonly problems: readonly Problem[];
  readonly unseen: FleetStatus['unseen'];
  /** As `status` takes them. */
  readonly names: readonly string[];
  readonly render: (view: StatusView) => Table;
}

export interface SnapshotOptions {
  /** Undefined for the whole fleet. */
  readonly object: ObjectName | undefined;
  readonly flags: {
    readonly namespace?: string;
    readonly allNamespaces?: boolean;
    /** The facts are of the objects that it selects. */
    readonly selector?: string;
  };
  readonly hub: Hub;
  readonly clock: Clock;
}

/** Throws CliError where there is no such object. */
export async function snapshotOf(
  facts: FleetFacts,
  options: SnapshotOptions,
  signal: AbortSignal,
): Promise<Snapshot> {
  const { object, flags, hub, clock } = options;
  const now = clock.now();
  if (object === undefined) {
    const namespace = flags.allNamespaces === true ? undefined : flags.namespace;
    const isPart = namespace !== undefined || flags.selector !== undefined;
    const limits = { namespace, isSelected: flags.selector !== undefined };
    return ofFleet(fleetStatus(isPart ? partOfFleet(facts, limits) : facts, now));
  }
  const fleet = fleetStatus(facts, now);
  const name = { ...object, namespace: object.namespace ?? flags.namespace };
  if (name.type === 'member') return ofMember(fleet, name);
  if (name.type === 'dso') return ofScaledObject(fleet, name, options, signal);
  const subject = findSubject(fleet, name, hub.namespace);
  const about = regarding(subject, facts);
  const events: Answer<readonly Happening[]> =
    about === undefined
      ? answered([])
      : await ask({ clock, signal }, (until) => readHappenings(hub.client, about, until));
  const status = objectStatus(subject, facts, valueOf(events) ?? []);
  const unread = events.state === 'failed' ? [{ what: 'Events', why: events.error.message }] : [];
  return {
    kind: 'ObjectStatus',
    content: status,
    fleet,
    problems: status.problems,
    unseen: [...fleet.unseen, ...unread],
    names: [status.object],
    render: (view) => renderObject(status, view),
  };
}

function ofFleet(fleet: FleetStatus): Snapshot {
  return {
    kind: 'FleetStatus',
    content: fleet,
    fleet,
    problems: fleet.problems,
    unseen: fleet.unseen,
    names: [
      ...fleet.clusters.flatMap(({ name, serving, eventing }) => [
        `cluster/${name}`,
        ...[...serving, ...eventing].map(typedName),
      ]),
      ...fleet.members.map(({ name }) => `member/${name}`),
      ...fleet.scaledObjects.map(typedName),
    ],
    render: (view) => renderFleet(fleet, view),
  };
}

function ofMember(fleet: FleetStatus, name: ObjectName): Snapshot {
  const candidates = fleet.members.map((member) => ({
    namespace: member.configuration.namespace,
    name: member.name,
    member,
  }));
  const { member } = selectObject(candidates, name, undefined);
  const used = fleet.scaledObjects.filter(({ rows }) => rows.some((row) => isAbout(row, member)));
  const object = `member/${member.name}`;
  const status: MemberView = {
    object,
    member,
    scaledObjects: used,
    problems: memberProblem(member).map((problem) => ({
      ...problem,
      command: `help ${problem.code ?? 'codes'}`,
    })),
  };
  return {
    kind: 'ObjectStatus',
    content: status,
    fleet,
    problems: status.problems,
    unseen: fleet.unseen,
    names: [object],
    render: (view) => renderMember(status, view),
  };
}

async function ofScaledObject(
  fleet: FleetStatus,
  name: ObjectName,
  { hub, clock }: SnapshotOptions,
  signal: AbortSignal,
): Promise<Snapshot> {
  const scaledObject = selectObject(fleet.scaledObjects, name, hub.namespace);
  const events = await ask({ clock, signal }, (until) => readHappenings(hub.client, scaledObject, until));
  const object = typedName(scaledObject);
  const status: ScaledObjectView = {
    object,
    scaledObject,
    conditions: scaledObject.conditions.map(shownCondition),
    events: valueOf(events) ?? [],
    problems: scaledObjectProblem(scaledObject),
  };
  const unread = events.state === 'failed' ? [{ what: 'Events', why: events.error.message }] : [];
  return {
    kind: 'ObjectStatus',
    content: status,
    fleet,
    problems: status.problems,
    unseen: [...fleet.unseen, ...unread],
    names: [object],
    render: (view) => renderScaledObject(status, view),
  };
}
