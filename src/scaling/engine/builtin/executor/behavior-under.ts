import type { Behavior } from '../hpa/behavior.ts';
import { readBehavior } from '../hpa/read-behavior.ts';
import type { Directives } from './directives.ts';

/** The behavior while a direction is paused: one that no policy allows, with the defaults for all else. */
export function behaviorUnder(
  { isScaleInPaused, isScaleOutPaused }: Pick<Directives, 'isScaleInPaused' | 'isScaleOutPaused'>,
  behavior: Behavior | undefined,
): Behavior | undefined {
  if (!isScaleInPaused && !isScaleOutPaused) return behavior;
  const whole = behavior ?? readBehavior({});
  if (whole === undefined) return undefined;
  return {
    scaleUp: isScaleOutPaused ? { ...whole.scaleUp, selectPolicy: 'Disabled' } : whole.scaleUp,
    scaleDown: isScaleInPaused ? { ...whole.scaleDown, selectPolicy: 'Disabled' } : whole.scaleDown,
  };
}
