import type { Problem } from '../../../../api/index.ts';
import type { ScaledObjectSpec } from './settings.ts';

/** What a spec asks for that works otherwise than with a workload on the hub, or not at all. */
export function specWarnings({ triggers }: ScaledObjectSpec): readonly Problem[] {
  return triggers.flatMap(({ type, metadata }, index) => {
    const place = `spec.scaledObjectSpec.triggers[${index}]`;
    const fromEnv = Object.keys(metadata).filter((key) => key.endsWith('FromEnv'));
    return [
      ...(type === 'kubernetes-workload'
        ? [{ field: `${place}.type`, value: type, message: 'counts pods of the hub, not of members' }]
        : []),
      ...fromEnv.map((key) => ({
        field: `${place}.metadata.${key}`,
        message: 'names a variable of the workload, which the hub does not have; use authenticationRef',
      })),
    ];
  });
}
