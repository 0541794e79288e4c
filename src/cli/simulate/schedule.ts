import { parseGoDuration } from '../../api/index.ts';
import type { ListedMember, PlanSpec, RegisteredMember, SimulatedEvent } from '../../scaling/index.ts';
import { anyOf } from '../command-line/choice.ts';
import { usageError } from '../failure/cli-error.ts';
import type { GivenObject } from './given-object.ts';
import type { SimulateFlags } from './simulate-flags.ts';

/** What is played. Times of events are milliseconds since the first one could be. */
export interface Schedule {
  readonly spec: PlanSpec;
  readonly members: readonly RegisteredMember[];
  readonly events: readonly SimulatedEvent[];
}

/** What is different from how it is, and what happens. */
export type ScheduleFlags = Pick<SimulateFlags, 'members' | 'weight' | 'total' | 'down' | 'up' | 'drain'>;

/** What the object asks for as the command line changes it, and what happens when. Throws CliError. */
export function scheduleOf(given: GivenObject, flags: ScheduleFlags): Schedule {
  const { spec, what } = given;
  const total = flags.total ?? spec.total;
  if (total === 0 && flags.total === undefined)
    throw usageError(`${what} says no total.`, { fix: 'give one: --total=20' });
  const named = flags.members === undefined ? undefined : membersOf(flags.members);
  const listed = listedMembers(given, named);
  if (listed.length === 0)
    throw usageError(`${what} lists no members, so that it is for all that are registered.`, {
      fix: 'name them: --members=eu-1,us-2',
    });
  const members = registeredMembers(given, named ?? new Map(listed.map(({ name }) => [name, undefined])));
  const weights = new Map([...(named ?? []), ...(flags.weight ?? []).map((text) => weightOf(text, members))]);
  const timed = (flag: 'down' | 'up' | 'drain', what: 'down' | 'up' | 'drained'): readonly SimulatedEvent[] =>
    (flags[flag] ?? []).map((text) => ({ what, ...momentOf(`--${flag}`, text, members) }));
  return {
    spec: {
      ...spec,
      total,
      members: listed.map((member) => ({
        ...member,
        weight:
          weights.get(findMember(member.name, members)?.name ?? '') ??
          weights.get(member.name) ??
          member.weight,
      })),
    },
    members,
    events: [...timed('down', 'down'), ...timed('up', 'up'), ...timed('drain', 'drained')],
  };
}

type Named = ReadonlyMap<string, number | undefined>;

function listedMembers(
  { spec, members = [] }: GivenObject,
  named: Named | undefined,
): readonly ListedMember[] {
  if (spec.members.length > 0) return spec.members;
  const names = named === undefined ? members.map(({ name }) => name) : [...named.keys()];
  return names.map((name) => ({
    name,
    namespace: spec.namespace,
    weight: 1,
    least: 0,
    most: Number.POSITIVE_INFINITY,
    priority: 0,
  }));
}

/** As the hub knows them; whoever it does not know is new. */
function registeredMembers({ members }: GivenObject, named: Named): readonly RegisteredMember[] {
  const all = [...named.keys()].map(
    (name): RegisteredMember => findMember(name, members ?? []) ?? { name, id: name },
  );
  return all.filter(({ id }, index) => all.findIndex((other) => other.id === id) === index);
}

function findMember(name: string, members: readonly RegisteredMember[]): RegisteredMember | undefined {
  return (
    members.find((member) => member.name === name) ??
    members.find(({ references = [] }) => references.includes(name))
  );
}

/** `eu-1=3,us-2`: undefined is the weight that it has. */
function membersOf(text: string): Named {
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

/** `eu-1=3`. */
function weightOf(text: string, members: readonly RegisteredMember[]): [string, number] {
  const match = /^(.+)=(\d{1,9})$/.exec(text);
  if (match?.[1] === undefined)
    throw usageError(`--weight must be a member with its weight such as eu-1=3, not '${text}'.`, {
      code: 'WW5003',
    });
  return [oneOf('--weight', match[1], members).name, Number(match[2])];
}

/** `eu-1@30s`; whatever goes down does so at once unless it says when. */
function momentOf(
  flag: string,
  text: string,
  members: readonly RegisteredMember[],
): { readonly member: string; readonly at: number } {
  const place = text.lastIndexOf('@');
  // What a provider calls its members may have the sign in it.
  const isWhole = place < 0 || findMember(text, members) !== undefined;
  const { name: member } = oneOf(flag, isWhole ? text : text.slice(0, place), members);
  if (isWhole && flag === '--up')
    throw usageError(`--up must say when, such as ${member}@5m, not '${text}'.`, { code: 'WW5003' });
  const at = isWhole ? 0 : parseGoDuration(text.slice(place + 1));
  if (at === undefined || at < 0)
    throw usageError(`${flag} must have a time such as ${member}@30s, not '${text}'.`, { code: 'WW5003' });
  return { member, at };
}

function oneOf(flag: string, name: string, members: readonly RegisteredMember[]): RegisteredMember {
  const member = findMember(name, members);
  if (member !== undefined) return member;
  const names = members.map((member) => member.name);
  throw usageError(`${flag} must name one of ${anyOf(names)}, not '${name}'.`, { code: 'WW5003' });
}
