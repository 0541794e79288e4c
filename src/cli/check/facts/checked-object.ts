import * as z from 'zod';
import type { KubeObject } from '../../../api/index.ts';
import { lenient } from '../../hub/lenient.ts';
import { readScaledObject, type ScaledObject } from '../../hub/scaled-object.ts';

/** A DistributedScaledObject with what only checks look at; triggers may hold what is not for everybody to read. */
export interface CheckedObject extends ScaledObject {
  /** How long a member may be out of reach before others take over, as Go writes durations. */
  readonly gracePeriod: string;
  readonly triggers: readonly CheckedTrigger[];
  /** The workload on members comes from the hub. */
  readonly isFromHub: boolean;
  /** Where the workload is on members that the list names. */
  readonly places: readonly { readonly member: string; readonly namespace: string }[];
}

export interface CheckedTrigger {
  readonly type: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly authentication: { readonly kind: string; readonly name: string } | undefined;
}

/** That of the definition, for objects from before it. */
const defaultGracePeriod = '1m';

const trigger = z.object({
  type: z.string(),
  metadata: z.record(z.string(), z.string()).catch({}),
  authenticationRef: lenient(z.object({ name: z.string(), kind: lenient(z.string()) })),
});
const place = z.object({ name: z.string(), targetNamespace: lenient(z.string().min(1)) });
const schema = z.object({
  spec: lenient(
    z.object({
      memberClusters: lenient(z.array(lenient(place))),
      workload: lenient(z.object({ fromHub: lenient(z.boolean()) })),
      rebalancingPolicy: lenient(z.object({ gracePeriod: lenient(z.string().min(1)) })),
      scaledObjectSpec: lenient(z.object({ triggers: lenient(z.array(lenient(trigger))) })),
    }),
  ),
});

export function readCheckedObject(object: KubeObject): CheckedObject {
  const { spec } = schema.parse(object);
  const { namespace: ownNamespace = '' } = object.metadata;
  return {
    ...readScaledObject(object),
    gracePeriod: spec?.rebalancingPolicy?.gracePeriod ?? defaultGracePeriod,
    isFromHub: spec?.workload?.fromHub === true,
    places: (spec?.memberClusters ?? []).flatMap((item) =>
      item === undefined ? [] : [{ member: item.name, namespace: item.targetNamespace ?? ownNamespace }],
    ),
    triggers: (spec?.scaledObjectSpec?.triggers ?? []).flatMap((item) =>
      item === undefined ? [] : [triggerOf(item)],
    ),
  };
}

function triggerOf({ type, metadata, authenticationRef }: z.output<typeof trigger>): CheckedTrigger {
  const { kind = 'TriggerAuthentication', name } = authenticationRef ?? {};
  return { type, metadata, authentication: name === undefined ? undefined : { kind, name } };
}
