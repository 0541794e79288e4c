import { milliOf } from '../hpa/milli.ts';
import { TriggerConfigError, type TriggerSource } from './trigger.ts';

/** Whether an autoscaler can divide by it: it counts in thousandths. */
export function isTarget(value: number): boolean {
  return milliOf(value) > 0n;
}

/** What a target must be. */
export const targetRemedy = 'must be 0.001 or more';

/** Throws TriggerConfigError where the target in a field of the metadata is none; under modifiers it is not used. */
export function checkTarget(
  { place, isPartOfFormula }: Pick<TriggerSource, 'place' | 'isPartOfFormula'>,
  field: string,
  value: number,
): void {
  if (isTarget(value) || isPartOfFormula) return;
  throw new TriggerConfigError(`${place}.metadata.${field} is '${value}': it ${targetRemedy}`);
}
