import type { KubeObject } from '../../api/index.ts';
import { planStateAnnotation, type ReadPlanState, readPlanState } from '../plan/plan-state-text.ts';
import { resumedState } from '../plan/resumed-state.ts';
import { statusOf } from './scaling-status.ts';

/** What an object tells of its last plan: its annotation, and in its status what autoscalers were told. */
export function knownState(object: KubeObject): ReadPlanState {
  const { state, findings } = readPlanState(object.metadata.annotations?.[planStateAnnotation]);
  return { state: resumedState(state, toldBy(object)), findings };
}

/** Before the first plan there is a status too, which autoscalers need for its selector. */
function toldBy(object: KubeObject): number | undefined {
  const { memberClusterStatuses = {}, totalCurrentReplicas } = statusOf(object);
  return Object.keys(memberClusterStatuses).length === 0 ? undefined : totalCurrentReplicas;
}
