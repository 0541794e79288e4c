import type { FleetStatus } from './fleet-status.ts';
import { typedName } from './installation.ts';

/** What a watcher is told where nothing can be redrawn. */
export interface FleetChange {
  /** `cluster/namespace/name`, `serving/namespace/name`. */
  readonly subject: string;
  /** Undefined for what was not there. */
  readonly before: string | undefined;
  /** Undefined for what is there no more. */
  readonly after: string | undefined;
  readonly message: string | undefined;
}

/** What differs for people: states and the reasons for them, not ages. */
export function fleetChanges(before: FleetStatus, after: FleetStatus): readonly FleetChange[] {
  const old = new Map(things(before).map((thing) => [thing.subject, thing]));
  const now = new Map(things(after).map((thing) => [thing.subject, thing]));
  return [...new Set([...now.keys(), ...old.keys()])].flatMap((subject) => {
    const was = old.get(subject);
    const is = now.get(subject);
    if (was?.state === is?.state && was?.message === is?.message) return [];
    return [{ subject, before: was?.state, after: is?.state, message: is?.message }];
  });
}

interface Thing {
  readonly subject: string;
  readonly state: string;
  readonly message: string | undefined;
}

function things({ clusters, members, scaledObjects, problems }: FleetStatus): readonly Thing[] {
  const hub = problems.filter(({ subject }) => subject === 'hub');
  return [
    ...hub.map(({ code, message }) => ({
      subject: `hub ${code ?? ''}`.trimEnd(),
      state: 'Problem',
      message,
    })),
    ...clusters.flatMap(({ name, state, message, serving, eventing }) => [
      { subject: `cluster/${name}`, state, message },
      ...[...serving, ...eventing].map((installation) => ({
        subject: typedName(installation),
        state: describe(installation),
        message: installation.message,
      })),
    ]),
    ...members.map(({ name, state, info }) => ({ subject: `member/${name}`, state, message: info })),
    ...scaledObjects.map((object) => ({
      subject: typedName(object),
      state: `${object.state} ${object.current ?? '?'}/${object.total ?? '?'}`,
      message: object.message,
    })),
  ];
}

function describe({
  state,
  version,
}: {
  readonly state: string;
  readonly version: string | undefined;
}): string {
  return version === undefined ? state : `${state} ${version}`;
}
