import type { TriggerSource } from '../triggers/trigger.ts';

/** A trigger of the object shop/web with these metadata. */
export function sourceOf(
  metadata: Readonly<Record<string, string>>,
  changes: Partial<TriggerSource> = {},
): TriggerSource {
  return {
    type: 'any',
    place: 'triggers[0]',
    namespace: 'shop',
    objectName: 'web',
    metadata,
    parameters: {},
    allowsLoopback: true,
    isPartOfFormula: false,
    ...changes,
  };
}
