/** The part of the list of reasons that the builtin engine has, by the names that KEDA and autoscalers have for them. */
export const engineReasons = {
  ScaledObjectCheckFailed: {
    code: 'WW4170',
    level: 'error',
    meaning:
      'What spec.scaledObjectSpec or an annotation says cannot be scaled by; the total stays as it is.',
    fix: 'The message names the field and what is allowed.',
  },
  TriggerError: {
    code: 'WW4171',
    level: 'error',
    meaning: 'No trigger can say how many replicas are needed; the total stays as it is.',
    fix: 'The message says which source fails and why. A fallback gives a total for such times.',
  },
  PartialTriggerError: {
    code: 'WW4172',
    level: 'warning',
    meaning: 'Some triggers fail; until they are well the total may grow by the others, and nothing shrinks.',
    fix: 'The message says which source fails and why.',
  },
  ErrorScalingTarget: {
    code: 'WW4173',
    level: 'error',
    meaning: 'The hub does not take the total that triggers ask for.',
    fix: 'The message is that of the hub: grant get and update on distributedscaledobjects/scale, and patch on distributedscaledobjects.',
  },
  FailedGetExternalMetric: {
    code: 'WW4174',
    level: 'warning',
    meaning: 'The number of replicas cannot be calculated from what triggers say; the total stays as it is.',
    fix: 'The message says why. A metricType of AverageValue needs no replica that is ready.',
  },
  FallbackExists: {
    code: 'WW4175',
    level: 'warning',
    meaning:
      'Triggers have been failing for longer than failureThreshold, so that the fallback gives the total.',
    fix: 'Mend the sources that the message names; triggers take over with the first value.',
  },
  ScaledObjectPaused: {
    code: 'WW4176',
    level: 'info',
    meaning: 'An annotation autoscaling.keda.sh/paused… stops scaling, or one direction of it.',
    fix: 'Remove the annotation to go on.',
  },
} as const;
