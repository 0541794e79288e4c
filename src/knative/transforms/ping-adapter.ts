import type { YieldedFields } from '../../delivery/index.ts';

/**
 * What the eventing controller writes into the adapter of PingSources as soon as there is one: a replica, where there
 * are none, and the whole environment of its container, which it puts back whenever it differs from its own (eventing,
 * pkg/reconciler/pingsource). To send either again would be the start of a fight.
 */
export const pingAdapterFields: YieldedFields = {
  kind: 'Deployment',
  name: 'pingsource-mt-adapter',
  fields: ['.spec.replicas', '.spec.template.spec.containers[name="dispatcher"].env'],
};
