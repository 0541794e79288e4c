import type { YieldedFields } from '../delivery/index.ts';
import type { KnativeComponent } from './component.ts';
import { pingAdapterFields } from './transforms/index.ts';

/** What programs of a component write into objects of its own. */
export function yieldedFields({ component }: Pick<KnativeComponent, 'component'>): readonly YieldedFields[] {
  return component === 'eventing' ? [pingAdapterFields] : [];
}
