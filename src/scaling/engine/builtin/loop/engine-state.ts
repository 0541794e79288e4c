import { z } from 'zod';
import type { ScaleEvent } from '../hpa/history.ts';

/**
 * What a restart must not forget. Written only when it changes: with activity, and with each rescale under a behavior, whose
 * policies count what was changed before. Recommendations are not part of it: after a restart the number that is found is
 * the first of them, so that stabilization begins anew and may end later than it would have, never sooner.
 */
export interface EngineState {
  readonly isActive: boolean;
  /** When a trigger last asked for replicas, in milliseconds since 1970; undefined while one does, and if none ever did. */
  readonly lastActiveAt: number | undefined;
  readonly events: readonly ScaleEvent[];
}

const schema = z.object({
  active: z.boolean(),
  lastActiveTime: z.iso.datetime().optional(),
  events: z
    .array(z.tuple([z.iso.datetime(), z.int32()]))
    .max(1_000)
    .optional(),
});

export function writeState({ isActive, lastActiveAt, events }: EngineState): string {
  return JSON.stringify({
    active: isActive,
    ...(isActive || lastActiveAt === undefined
      ? {}
      : { lastActiveTime: new Date(lastActiveAt).toISOString() }),
    ...(events.length === 0
      ? {}
      : { events: events.map(({ at, change }) => [new Date(at).toISOString(), change]) }),
  });
}

/** What the annotation says; undefined where there is none, or somebody made it unreadable. */
export function readState(annotation: string | undefined): EngineState | undefined {
  if (annotation === undefined) return undefined;
  const result = schema.safeParse(parsed(annotation));
  if (!result.success) return undefined;
  const { active, lastActiveTime, events = [] } = result.data;
  return {
    isActive: active,
    lastActiveAt: lastActiveTime === undefined ? undefined : Date.parse(lastActiveTime),
    events: events.map(([at, change]) => ({ at: Date.parse(at), change })),
  };
}

/** An object younger than this was never active before anybody looked. */
const newMs = 60_000;

/**
 * When triggers last asked for replicas, as far as that is known to who takes the object up. What is not known counts as
 * now: nothing may be scaled to zero too early.
 */
export function lastActiveAtStart(
  state: EngineState | undefined,
  createdAt: number,
  now: number,
): number | undefined {
  if (state === undefined) return now - createdAt < newMs ? undefined : now;
  if (state.isActive) return now;
  return state.lastActiveAt === undefined ? undefined : Math.min(state.lastActiveAt, now);
}

/** What policies count from before. Whoever wrote it may have had a clock that was ahead. */
export function eventsAtStart(state: EngineState | undefined, now: number): readonly ScaleEvent[] {
  return (state?.events ?? []).map(({ at, change }) => ({ at: Math.min(at, now), change }));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
