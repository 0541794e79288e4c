import type { Answer } from '../../hub/answer.ts';
import type { ScaledObjectRow } from '../../hub/scaled-object.ts';
import { asProblem, type Outcome, skipped, weigh } from '../check.ts';
import type { HubFacts } from '../facts/hub-facts.ts';
import type { ScalingFacts } from '../facts/scaling-facts.ts';

/** What every check of this kind needs, as `--list` says it. */
export const spreadWorkloads = 'members, or workloads that are spread over them';

/** Judges by what is spread over members; skipped where there is nothing of the kind. */
export function weighScaling(
  { scaling }: Pick<HubFacts, 'scaling'>,
  judge: (facts: ScalingFacts) => Outcome,
): Outcome {
  return weigh(scaling, {
    answered: (facts) => (facts === undefined ? skipped(spreadWorkloads) : judge(facts)),
    failed: asProblem,
  });
}

/** The same by one more answer. */
export function weighPart<T>(answer: Answer<T>, judge: (value: T) => Outcome): Outcome {
  return weigh(answer, { answered: judge, failed: asProblem });
}

/** The member answers and has the workload, but its replicas do not become ready in time. */
export function isSlow({ state, description = '' }: ScaledObjectRow): boolean {
  return state === 'NotReady' && description.startsWith('slow progress');
}

const mostNamed = 5;

/** `dso/a/b, dso/a/c and 3 more`. */
export function listed(names: readonly string[]): string {
  const more = names.length > mostNamed ? ` and ${names.length - mostNamed} more` : '';
  return names.slice(0, mostNamed).join(', ') + more;
}
