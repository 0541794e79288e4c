import type { KubeObject } from '../../api/index.ts';
import { type Conditions, writeStatus } from '../../controller/index.ts';
import { resources } from '../../kube/index.ts';
import { measureScaling } from './measure-scaling.ts';
import type { MemberStatuses } from './member-statuses.ts';
import { scalingConditions, type ScalingView, settlesAt } from './scaling-conditions.ts';
import type { ScalingPass } from './scaling-pass.ts';
import { scalingStatus, statusOf, tellsOfState } from './scaling-status.ts';
import { projectObject } from './total-on-hub.ts';

export interface Published {
  readonly object: KubeObject;
  /** When the status was last written, in monotonic milliseconds. */
  readonly statusAt: number | undefined;
  /** When the rest of the status is due, in milliseconds from now. */
  readonly againInMs: number | undefined;
  /** When what is unknown in it settles, in milliseconds since 1970. */
  readonly settlesAt: number | undefined;
}

export interface ScalingNews {
  readonly view: ScalingView;
  readonly members: MemberStatuses;
  readonly total: number;
  /** What autoscalers are told. */
  readonly currentReplicas: number;
  /** On all members in sight; undefined where nobody has looked. */
  readonly readyReplicas?: number;
}

/** Numbers on their way are written once in this time, in milliseconds. */
const betweenStatusesMs = 1_000;

/** Writes the status where it says something new: news at once, numbers on their way once a second. Throws KubeErrors. */
export async function publishStatus(
  pass: ScalingPass,
  { view, readyReplicas, ...numbers }: ScalingNews,
): Promise<Published> {
  const { services, object, memory, context } = pass;
  const { clock, hub } = services;
  const last = statusOf(object);
  const conditions = scalingConditions((last.conditions ?? []) as Conditions, view, services.now());
  const due = settlesAt(conditions);
  const { healthy, all } = view;
  const status = scalingStatus({ object, conditions, healthy, all, ...numbers });
  context.signal.throwIfAborted();
  measureScaling(services.metrics, object, { status, readyReplicas });
  const sinceMs = memory.statusAt === undefined ? betweenStatusesMs : clock.monotonic() - memory.statusAt;
  if (sinceMs < betweenStatusesMs && !tellsOfState(last, status))
    return { object, statusAt: memory.statusAt, againInMs: betweenStatusesMs - sinceMs, settlesAt: due };
  const written = await writeStatus({
    client: hub,
    resource: resources.distributedScaledObjects,
    object,
    status,
    signal: context.signal,
    observesGeneration: false,
    // Another total waits for its pass, which tells of both.
    isOutdated: ({ metadata }) => metadata.generation !== object.metadata.generation,
  });
  const isNew = written !== undefined && written.object !== object;
  const isOutdated = written?.isOutdated === true;
  return {
    object: isNew ? projectObject(written.object) : object,
    statusAt: isNew && !isOutdated ? clock.monotonic() : memory.statusAt,
    againInMs: isOutdated ? 0 : undefined,
    settlesAt: due,
  };
}
