import { z } from 'zod';
import type { Finding } from './finding.ts';
import type { MemberRow, Phase, PlanState } from './member-row.ts';
import { placeOf } from './place.ts';

/** Where the text is kept, on the object that is planned. */
export const planStateAnnotation = 'wheelwright.dev/plan-state';

/** Of what the text means. A reader takes no other. */
const version = 1;

/** A state as JSON for an annotation: about 85 characters for a member that simply serves, 300 for one amid an outage. */
export function planStateText(state: PlanState): string {
  return written(state, Object.values(state.rows));
}

/** What a text lacks: members that simply serve, as they can be seen, or all of them with their clocks. */
export type LeftOut = 'serving' | 'clocks';

/** As much of a state as there is room for, in bytes; undefined where nothing makes sense in so few. */
export function planStateWithin(
  state: PlanState,
  room: number,
): { readonly text: string; readonly leavesOut: LeftOut | undefined } | undefined {
  const rows = Object.values(state.rows);
  const text = planStateText(state);
  if (Buffer.byteLength(text) <= room) return { text, leavesOut: undefined };
  const moving = written(
    state,
    rows.filter(({ phase }) => phase.name !== 'serving'),
  );
  if (Buffer.byteLength(moving) <= room) return { text: moving, leavesOut: 'serving' };
  const bare = barePlanStateText(state);
  return Buffer.byteLength(bare) <= room ? { text: bare, leavesOut: 'clocks' } : undefined;
}

/** The least that is worth something: what was told, and that numbers were given. */
export function barePlanStateText(state: PlanState): string {
  return written(state, []);
}

export interface ReadPlanState {
  /** Undefined where there is none, or none that can be read. */
  readonly state: PlanState | undefined;
  readonly findings: readonly Finding[];
}

/** The state of a text, whoever wrote it. */
export function readPlanState(text: string | undefined): ReadPlanState {
  if (text === undefined || text === '') return { state: undefined, findings: [] };
  const parsed = writtenState.safeParse(parseJson(text));
  if (!parsed.success) return unreadable(parsed.error.issues[0]);
  const { assigned, published, lastStepAt, total, namespace, members } = parsed.data;
  const rows = members.map((member): [string, MemberRow] => {
    const row = rowOf(member, namespace);
    return [placeOf(row), row];
  });
  return {
    state: { rows: Object.fromEntries(rows), hasAssigned: assigned, published, lastStepAt, total },
    findings: [],
  };
}

const count = z
  .int()
  .min(0)
  .max(2 ** 31 - 1);
const time = z.int().min(0);
/** The definition lets a spec list a member without a name. */
const name = z.string();

const writtenPhase = z.discriminatedUnion('name', [
  z.object({ name: z.literal('fresh'), since: time }),
  z.object({ name: z.literal('lost'), since: time, held: count, wasReturning: z.boolean().default(false) }),
  z.object({ name: z.literal('excluded'), since: time, retained: count }),
  z.object({
    name: z.literal('returning'),
    since: time,
    hold: time,
    counted: count,
    headStart: count.optional(),
    isMoving: z.boolean().default(false),
  }),
  z.object({ name: z.literal('slow'), since: time, hold: time, counted: count }),
  z.object({ name: z.literal('leaving') }),
  z.object({ name: z.literal('duplicate'), of: name, differsSince: time.optional() }),
]);

const writtenRow = z.object({
  name,
  /** Where it is not that of the object. */
  namespace: name.optional(),
  /** With `*` for the name. */
  id: name.optional(),
  cluster: name.optional(),
  reference: name.optional(),
  retargetedAt: time.optional(),
  /** Absent: serving. */
  phase: writtenPhase.optional(),
  desired: count.default(0),
  pending: count.default(0),
  kept: count.default(0),
  progress: z.object({ ready: count, at: time }).optional(),
  relapses: count.default(0),
  returnedAt: time.optional(),
});

type WrittenRow = z.infer<typeof writtenRow>;

const writtenState = z.object({
  version: z.literal(version),
  published: count,
  assigned: z.boolean().default(false),
  lastStepAt: time.optional(),
  total: count.optional(),
  /** Of the members that name none. */
  namespace: z.string().default(''),
  members: z.array(writtenRow),
});

function written(
  { hasAssigned, published, lastStepAt, total }: PlanState,
  rows: readonly MemberRow[],
): string {
  const namespace = rows[0]?.namespace ?? '';
  return JSON.stringify({
    version,
    published,
    assigned: hasAssigned || undefined,
    lastStepAt,
    total,
    namespace,
    members: rows.map((row) => writtenOf(row, namespace)),
  });
}

function writtenOf(row: MemberRow, namespace: string): object {
  const {
    name,
    id,
    cluster,
    reference,
    retargetedAt,
    phase,
    desired,
    pending,
    kept,
    progress,
    relapses,
    returnedAt,
  } = row;
  return {
    name,
    namespace: row.namespace === namespace ? undefined : row.namespace,
    id: id === undefined ? undefined : shortened(id, name),
    cluster,
    reference,
    retargetedAt,
    phase: phase.name === 'serving' ? undefined : phase,
    desired: desired || undefined,
    pending: pending || undefined,
    kept: kept || undefined,
    progress,
    relapses: relapses || undefined,
    returnedAt,
  };
}

function rowOf({ id, phase, namespace: own, ...row }: WrittenRow, namespace: string): MemberRow {
  const serving: Phase = { name: 'serving' };
  return {
    ...row,
    namespace: own ?? namespace,
    id: id === undefined ? undefined : lengthened(id, row.name),
    phase: phase ?? serving,
  };
}

/** Most ids have the name of their member in them, some of them twice. One that has the signs itself stays whole. */
function shortened(id: string, name: string): string {
  return name === '' || /^=|\*/.test(id) ? `=${id}` : id.replaceAll(name, '*');
}

function lengthened(id: string, name: string): string {
  return id.startsWith('=') ? id.slice(1) : id.replaceAll('*', () => name);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function unreadable(issue: z.core.$ZodIssue | undefined): ReadPlanState {
  const path =
    issue === undefined || issue.path.length === 0
      ? 'it is no JSON object'
      : `${issue.path.join('.')}: ${issue.message}`;
  return {
    state: undefined,
    findings: [
      {
        reason: 'PlanStateUnreadable',
        message: `What the last plan left cannot be read (${path}): outages and returns begin anew.`,
      },
    ],
  };
}
