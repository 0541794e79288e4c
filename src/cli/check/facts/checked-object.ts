import * as z from 'zod';
import type { KubeObject } from '../../../api/index.ts';
import { readScaledObject, type ScaledObject } from '../../hub/scaled-object.ts';

/** A DistributedScaledObject with what only checks look at; triggers may hold what is not for everybody to read. */
export interface CheckedObject extends ScaledObject {
  /** How long a member may be out of reach before others take over, as Go writes durations. */
  readonly gracePeriod: string;
  readonly triggers: readonly CheckedTrigger[];
}

export interface CheckedTrigger {
  readonly type: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly authentication: { readonly kind: string; readonly name: string } | undefined;
}

/** That of the definition, for objects from before it. */
const defaultGracePeriod = '1m';

const lenient = <T extends z.ZodType>(schema: T) => schema.optional().catch(undefined);
const trigger = z.object({
  type: z.string(),
  metadata: z.record(z.string(), z.string()).catch({}),
  authenticationRef: lenient(z.object({ name: z.string(), kind: lenient(z.string()) })),
});
const schema = z.object({
  spec: lenient(
    z.object({
      rebalancingPolicy: lenient(z.object({ gracePeriod: lenient(z.string().min(1)) })),
      scaledObjectSpec: lenient(z.object({ triggers: lenient(z.array(lenient(trigger))) })),
    }),
  ),
});

export function readCheckedObject(object: KubeObject): CheckedObject {
  const { spec } = schema.parse(object);
  return {
    ...readScaledObject(object),
    gracePeriod: spec?.rebalancingPolicy?.gracePeriod ?? defaultGracePeriod,
    triggers: (spec?.scaledObjectSpec?.triggers ?? []).flatMap((item) =>
      item === undefined ? [] : [triggerOf(item)],
    ),
  };
}

function triggerOf({ type, metadata, authenticationRef }: z.output<typeof trigger>): CheckedTrigger {
  const { kind = 'TriggerAuthentication', name } = authenticationRef ?? {};
  return { type, metadata, authentication: name === undefined ? undefined : { kind, name } };
}
