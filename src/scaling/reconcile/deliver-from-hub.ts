import { KubeError } from '../../kube/index.ts';
import type { Plan } from '../plan/plan.ts';
import type { AskedScaling } from './asked-scaling.ts';
import type { ScalingPass } from './scaling-pass.ts';
import { projectObject } from './total-on-hub.ts';
import type { MemberView } from './view-members.ts';

export interface DeliveredFromHub {
  readonly pass: ScalingPass;
  /** By place. */
  readonly troubles: ReadonlyMap<string, string>;
  /** Why it has to be tried again; what members have stays as it is. */
  readonly error?: unknown;
}

/** Has the hub's workload delivered where the object asks for that. The rest of the pass does not depend on it. */
export async function deliverFromHub(
  pass: ScalingPass,
  {
    asked,
    planned,
    view,
  }: { readonly asked: AskedScaling; readonly planned: Plan; readonly view: MemberView },
): Promise<DeliveredFromHub> {
  const { services, object, context } = pass;
  const { fromHub, target, spec } = asked;
  const leaving = spec.policy.onWhitelistRemoval === 'Release' ? 'release' : 'remove';
  const { rows } = planned.state;
  const { sights } = view;
  const { members } = view.selection;
  try {
    const wanted = { fromHub, target, leaving, rows, members, sights } as const;
    const told = await services.fromHub.deliver(object, wanted, context.signal);
    const isSame = told.object === object;
    return { pass: isSame ? pass : { ...pass, object: projectObject(told.object) }, troubles: told.troubles };
  } catch (error) {
    if (!(error instanceof KubeError)) throw error;
    return { pass, troubles: new Map(), error };
  }
}
