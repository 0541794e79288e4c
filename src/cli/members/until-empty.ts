import { type Clock, type KubeClient, NoMatchError } from '../../kube/index.ts';
import { CliError } from '../failure/cli-error.ts';
import { canonicalId, type FleetMember, readFleetMembers, saysDrained } from '../hub/fleet-members.ts';
import { isAbout, readScaledObjects, type ScaledObject } from '../hub/scaled-object.ts';
import { humanDuration } from '../terminal/human-duration.ts';
import type { Terminal } from '../terminal/terminal.ts';

export interface EmptyOptions {
  readonly member: Pick<FleetMember, 'name' | 'id' | 'provider'>;
  /** Of the operator. */
  readonly namespace: string;
  readonly waitMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly terminal: Terminal;
}

/** What an object still has on a member. */
export interface Remainder {
  /** `dso/namespace/name`. */
  readonly object: string;
  readonly replicas: number;
}

const lookMs = 1_000;
const mostNamed = 5;

/** A row may be at 0 for a moment, between two plans. */
const emptyLooks = 2;

/**
 * Resolves once the operator has taken notice of the drain, and no object has, or wants, a replica on the member. Throws
 * CliError when the time is over, with what is left; KubeError.
 */
export async function untilEmpty(client: KubeClient, options: EmptyOptions): Promise<void> {
  const { member, waitMs, clock, signal, terminal } = options;
  const startedAt = clock.monotonic();
  const look = async () => ({
    isSeen: await isSeen(client, options),
    left: await remainders(client, member, signal),
  });
  let found = await look();
  const total = found.left.length;
  const state = () => ({
    task: `Moving everything away from ${member.name}`,
    done: Math.max(0, total - found.left.length),
    total: Math.max(total, found.left.length),
    waitingFor: found.isSeen
      ? found.left.map(({ object, replicas }) => `${object} (${replicas})`)
      : ['the operator to take notice'],
  });
  const progress = terminal.startProgress(clock, state());
  try {
    for (let empty = 0; ; found = await look()) {
      progress.update(state());
      empty = found.isSeen && found.left.length === 0 ? empty + 1 : 0;
      if (empty === emptyLooks) return;
      const rest = waitMs - (clock.monotonic() - startedAt);
      if (rest <= 0) throw found.left.length > 0 ? notEmpty(options, found.left) : notSeen(options);
      await clock.sleep(Math.min(lookMs, rest), signal);
    }
  } finally {
    await progress.end();
  }
}

/** Whether the operator says that the member is drained; a hub where it can say nothing is taken at its rows. */
async function isSeen(client: KubeClient, { member, namespace, signal }: EmptyOptions): Promise<boolean> {
  try {
    const id = canonicalId(member);
    const members = await readFleetMembers(client, namespace, signal);
    return members.some((one) => canonicalId(one) === id && saysDrained(one));
  } catch (error) {
    if (error instanceof NoMatchError) return true;
    throw error;
  }
}

/** What still runs, or is to run, on the member; the most first. Throws KubeError. */
export async function remainders(
  client: KubeClient,
  member: EmptyOptions['member'],
  signal: AbortSignal,
): Promise<readonly Remainder[]> {
  return (await readScaledObjects(client, signal))
    .flatMap((object) => remainderOf(object, member))
    .toSorted((a, b) => b.replicas - a.replicas || a.object.localeCompare(b.object));
}

/** None, or one. */
export function remainderOf(
  { namespace, name, rows }: ScaledObject,
  member: EmptyOptions['member'],
): readonly Remainder[] {
  const replicas = rows
    .filter((row) => isAbout(row, member))
    .reduce((sum, { current = 0, desired = 0 }) => sum + Math.max(current, desired), 0);
  return replicas === 0 ? [] : [{ object: `dso/${namespace}/${name}`, replicas }];
}

function notEmpty({ member: { name }, waitMs }: EmptyOptions, left: readonly Remainder[]): CliError {
  const named = left.slice(0, mostNamed).map(({ object, replicas }) => `${object} (${replicas})`);
  const more = left.length > mostNamed ? ` and ${left.length - mostNamed} more` : '';
  return new CliError({
    problem: `Not everything has moved away from ${name} within ${humanDuration(waitMs)}: ${named.join(', ')}${more}.`,
    fix: 'see whether the other members have room, or give it more time with --wait',
    state: staysDrained(name),
    code: 'WW5012',
    exit: 'deadline',
  });
}

function notSeen({ member: { name }, namespace, waitMs }: EmptyOptions): CliError {
  return new CliError({
    problem: `No operator has said within ${humanDuration(waitMs)} that everything has moved away from ${name}.`,
    fix: `see whether one runs and looks into namespace ${namespace}, with members switched on; give it more time with --wait`,
    state: staysDrained(name),
    code: 'WW5005',
    exit: 'deadline',
  });
}

function staysDrained(name: string): string {
  return `${name} stays drained: it goes on, and nothing new goes there until it is uncordoned`;
}
