import * as fc from 'fast-check';
import type { RegisteredMember } from '../plan/observation.ts';
import type { ListedMember, PlanSpec } from '../plan/plan-spec.ts';
import type { SimulatedEvent } from '../simulator/simulate.ts';
import { anyLimits, anyPolicy, anyScheduling } from './any-policy.ts';
import { minute, specOf } from './specs.ts';

/** How many aliases there may be: each for a cluster of its own, and for another one that a Secret may lead to. */
export const slots = 5;

/**
 * How a cluster is registered: by a mounted file, by a Secret, by both, of which the Secret has the alias, by a Secret
 * that leads to another cluster and has the alias of the file, under a second alias as well, or not at all.
 */
const registrations = ['file', 'secret', 'both', 'elsewhere', 'twice', 'none'] as const;

interface Registration {
  readonly how: (typeof registrations)[number];
  readonly isDrained: boolean;
  /** Whether it is known which cluster it is. */
  readonly isKnown: boolean;
}

const anyRegistrations: fc.Arbitrary<readonly RegisteredMember[]> = fc
  .array(
    fc.record({
      how: fc.oneof(
        { weight: 2, arbitrary: fc.constant('file' as const) },
        fc.constantFrom(...registrations),
      ),
      isDrained: fc.integer({ min: 0, max: 5 }).map((chance) => chance === 5),
      isKnown: fc.boolean(),
    }),
    { minLength: slots, maxLength: slots },
  )
  .map((all) => all.flatMap(membersOf));

function membersOf({ how, isDrained, isKnown }: Registration, slot: number): readonly RegisteredMember[] {
  const alias = `m${slot}`;
  const here = isKnown ? { cluster: `uid-${alias}.server.ca` } : {};
  const file = { name: alias, id: `file#${alias}`, references: [`file#${alias}`], isDrained, ...here };
  const masked = { ...file, name: file.id, onlyIfListed: true };
  const id = `kubeconfig#${alias}`;
  const secret = { ...file, id, references: [id] };
  switch (how) {
    case 'file':
      return [file];
    case 'secret':
      return [secret];
    case 'both':
      return [secret, masked];
    case 'elsewhere': {
      const other = { name: alias, id: `kubeconfig#${alias}-other`, references: [id], isDrained };
      return [isKnown ? { ...other, cluster: `uid-${alias}-other.server.ca` } : other, masked];
    }
    case 'twice':
      return [file, { ...file, name: `t${slot}`, id: `file#t${slot}`, references: [`file#t${slot}`] }];
    case 'none':
      return [];
  }
}

/** Which cluster a member leads to. */
export function clusterOf({ id }: Pick<RegisteredMember, 'id'>): string {
  return id.slice(id.indexOf('#') + 1).replace(/^t/, 'm');
}

const anyEntry = fc.record({
  slot: fc.nat(slots - 1),
  called: fc.constantFrom('m', 'm', 'm', 't', 'file#m', 'kubeconfig#m'),
  namespace: fc.constantFrom('default', 'default', 'other'),
  weight: fc.nat(9),
});

/** Of the same cluster all entries have the same limits: which of them count where it has two names is told elsewhere. */
const anySpec: fc.Arbitrary<PlanSpec> = fc
  .record({
    total: fc.nat(40),
    scheduling: anyScheduling,
    policy: anyPolicy,
    entries: fc.array(anyEntry, { maxLength: 8 }),
    limits: fc.array(anyLimits, { minLength: slots, maxLength: slots }),
  })
  .map(({ total, scheduling, policy, entries, limits }) =>
    specOf({
      total,
      ...scheduling,
      policy,
      members: entries.map(
        ({ slot, called, namespace, weight }): Partial<ListedMember> & { readonly name: string } => ({
          name: `${called}${slot}`,
          namespace,
          weight,
          ...limits[slot],
        }),
      ),
    }),
  );

/** What a fleet goes through until everything is there again. */
export interface History {
  readonly spec: PlanSpec;
  readonly members: readonly RegisteredMember[];
  readonly events: readonly SimulatedEvent[];
}

export interface HistoryOptions {
  /** Nothing happens any more from then on, in milliseconds since the start. */
  readonly calmAt: number;
  /** Whether clusters fail, workloads are deleted and pods do not start. */
  readonly hasOutages: boolean;
  /** Whether others are registered, and drained, meanwhile. */
  readonly hasRegistrations: boolean;
}

export function anyHistory({ calmAt, hasOutages, hasRegistrations }: HistoryOptions): fc.Arbitrary<History> {
  const at = fc.integer({ min: 1, max: calmAt });
  const outage = fc.record({
    at,
    for: fc.oneof(fc.integer({ min: 1, max: 2 * minute }), fc.integer({ min: 1, max: calmAt })),
    slot: fc.nat(slots - 1),
    isOther: fc.integer({ min: 0, max: 5 }).map((chance) => chance === 5),
    what: fc.constantFrom('down' as const, 'deleted' as const, 'stuck' as const),
    replicas: fc.nat(20),
  });
  return fc
    .record({
      spec: anySpec,
      members: anyRegistrations,
      specs: fc.array(fc.record({ at, spec: anySpec }), { maxLength: 4 }),
      totals: fc.array(fc.record({ at, total: fc.nat(40) }), { maxLength: 3 }),
      registered: fc.array(fc.record({ at, members: anyRegistrations }), {
        maxLength: hasRegistrations ? 4 : 0,
      }),
      outages: fc.array(outage, { maxLength: hasOutages ? 5 : 0 }),
    })
    .map(({ spec, members, specs, totals, registered, outages }) => {
      const changes = [
        ...specs,
        // Autoscalers change nothing but the total.
        ...totals.map(({ at, total }) => {
          const last = specs
            .filter((one) => one.at <= at)
            .toSorted((a, b) => a.at - b.at)
            .at(-1);
          return { at, spec: { ...(last?.spec ?? spec), total } };
        }),
      ];
      return {
        spec,
        members,
        events: [
          ...changes.map(({ at, spec }): SimulatedEvent => ({ at, what: 'spec', spec })),
          ...registered.map(({ at, members }): SimulatedEvent => ({ at, what: 'registered', members })),
          ...outages.flatMap(({ at, for: length, slot, isOther, what, replicas }) => {
            const member = isOther ? `m${slot}-other` : `m${slot}`;
            return outageOf(what, { at, end: Math.min(at + length, calmAt), member, replicas });
          }),
          ...calm(calmAt),
        ],
      };
    });
}

function outageOf(
  what: 'down' | 'deleted' | 'stuck',
  {
    at,
    end,
    member,
    replicas,
  }: { readonly at: number; readonly end: number; readonly member: string; readonly replicas: number },
): readonly SimulatedEvent[] {
  const begins: SimulatedEvent = { at, what, member };
  if (what === 'deleted') return [begins, { at: end, what: 'created', member, replicas }];
  return [begins, { at: end, what: what === 'down' ? 'up' : 'freed', member }];
}

/** Where outages of one cluster overlap, the end of one must not be the last word about another. */
function calm(at: number): readonly SimulatedEvent[] {
  return Array.from({ length: slots }, (_, slot) => [`m${slot}`, `m${slot}-other`])
    .flat()
    .flatMap((member): readonly SimulatedEvent[] => [
      { at, what: 'up', member },
      { at, what: 'freed', member },
      { at, what: 'created', member, replicas: 0 },
    ]);
}
