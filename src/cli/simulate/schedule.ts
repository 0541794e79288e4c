import { parseGoDuration } from '../../api/index.ts';
import type { PlanSpec, RegisteredMember, SimulatedEvent } from '../../scaling/index.ts';
import { anyOf } from '../command-line/choice.ts';
import { usageError } from '../failure/cli-error.ts';
import type { SimulateFlags } from './simulate-flags.ts';

/** What is played. */
export interface Schedule {
  readonly spec: PlanSpec;
  readonly members: readonly RegisteredMember[];
  readonly events: readonly SimulatedEvent[];
}

/** The spec of the file as the command line changes it, and what happens when. Throws CliError. */
export function scheduleOf(given: PlanSpec, flags: SimulateFlags): Schedule {
  const weights = flags.members === undefined ? undefined : weightsOf(flags.members);
  const total = flags.total ?? given.total;
  if (total === 0 && flags.total === undefined)
    throw usageError('The file says no total.', { fix: 'give one: --total=20' });
  const listed =
    given.members.length > 0
      ? given.members
      : [...(weights ?? [])].map(([name]) => ({
          name,
          namespace: given.namespace,
          weight: 1,
          least: 0,
          most: Number.POSITIVE_INFINITY,
          priority: 0,
        }));
  if (listed.length === 0)
    throw usageError('The file lists no members, so that it is for all that are registered.', {
      fix: 'name them: --members=eu-1,us-2',
    });
  const names = [...new Set(weights === undefined ? listed.map(({ name }) => name) : weights.keys())];
  const timed = (flag: 'down' | 'up' | 'drain', what: 'down' | 'up' | 'drained'): readonly SimulatedEvent[] =>
    (flags[flag] ?? []).map((text) => ({ what, ...momentOf(`--${flag}`, text, names) }));
  return {
    spec: {
      ...given,
      total,
      members: listed.map((member) => ({ ...member, weight: weights?.get(member.name) ?? member.weight })),
    },
    members: names.map((name) => ({ name, id: name })),
    events: [...timed('down', 'down'), ...timed('up', 'up'), ...timed('drain', 'drained')],
  };
}

/** `eu-1=3,us-2`: undefined is the weight of the file. */
function weightsOf(text: string): ReadonlyMap<string, number | undefined> {
  return new Map(
    text.split(',').map((part): [string, number | undefined] => {
      const match = /^([^=@\s]+)(?:=(\d{1,9}))?$/.exec(part.trim());
      const name = match?.[1];
      if (name === undefined)
        throw usageError(`--members must be names with weights such as eu-1=3,us-2=2, not '${text}'.`, {
          code: 'WW5003',
        });
      return [name, match?.[2] === undefined ? undefined : Number(match[2])];
    }),
  );
}

/** `eu-1@30s`; whatever goes down does so at once unless it says when. */
function momentOf(
  flag: string,
  text: string,
  names: readonly string[],
): { readonly member: string; readonly at: number } {
  const place = text.lastIndexOf('@');
  const member = place < 0 ? text : text.slice(0, place);
  if (!names.includes(member))
    throw usageError(`${flag} must name one of ${anyOf(names)}, not '${member}'.`, { code: 'WW5003' });
  if (place < 0 && flag === '--up')
    throw usageError(`--up must say when, such as ${member}@5m, not '${text}'.`, { code: 'WW5003' });
  const at = place < 0 ? 0 : parseGoDuration(text.slice(place + 1));
  if (at === undefined || at < 0)
    throw usageError(`${flag} must have a time such as ${member}@30s, not '${text}'.`, { code: 'WW5003' });
  return { member, at };
}
