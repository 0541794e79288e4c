import type { Clock, KubeClient } from '../../kube/index.ts';
import { CliError } from '../failure/cli-error.ts';
import type { FleetMember } from '../hub/fleet-members.ts';
import { isAbout, readScaledObjects, type ScaledObject } from '../hub/scaled-object.ts';
import { humanDuration } from '../terminal/human-duration.ts';
import type { Terminal } from '../terminal/terminal.ts';

export interface EmptyOptions {
  readonly member: Pick<FleetMember, 'name' | 'id' | 'provider'>;
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

/**
 * Resolves once no object has, or wants, a replica on the member. Throws CliError when the time is over, with what is left;
 * KubeError.
 */
export async function untilEmpty(client: KubeClient, options: EmptyOptions): Promise<void> {
  const { member, waitMs, clock, signal, terminal } = options;
  const startedAt = clock.monotonic();
  let left = await remainders(client, member, signal);
  const total = left.length;
  const state = () => ({
    task: `Moving everything away from ${member.name}`,
    done: Math.max(0, total - left.length),
    total: Math.max(total, left.length),
    waitingFor: left.map(({ object, replicas }) => `${object} (${replicas})`),
  });
  const progress = terminal.startProgress(clock, state());
  try {
    while (left.length > 0) {
      const rest = waitMs - (clock.monotonic() - startedAt);
      if (rest <= 0) throw notEmpty(member.name, waitMs, left);
      await clock.sleep(Math.min(lookMs, rest), signal);
      left = await remainders(client, member, signal);
      progress.update(state());
    }
  } finally {
    await progress.end();
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

function remainderOf(
  { namespace, name, rows }: ScaledObject,
  member: EmptyOptions['member'],
): readonly Remainder[] {
  const replicas = rows
    .filter((row) => isAbout(row, member))
    .reduce((sum, { current = 0, desired = 0 }) => sum + Math.max(current, desired), 0);
  return replicas === 0 ? [] : [{ object: `dso/${namespace}/${name}`, replicas }];
}

function notEmpty(name: string, waitMs: number, left: readonly Remainder[]): CliError {
  const named = left.slice(0, mostNamed).map(({ object, replicas }) => `${object} (${replicas})`);
  const more = left.length > mostNamed ? ` and ${left.length - mostNamed} more` : '';
  return new CliError({
    problem: `Not everything has moved away from ${name} within ${humanDuration(waitMs)}: ${named.join(', ')}${more}.`,
    fix: 'see whether the other members have room, or give it more time with --wait',
    state: `${name} stays drained: it goes on, and nothing new goes there until it is uncordoned`,
    code: 'WW5012',
    exit: 'deadline',
  });
}
