import { addOnRules, deliveryRules } from './delivery-rules.ts';
import {
  builtinEngineClusterRules,
  builtinEngineRules,
  credentialRules,
  fromHubRules,
  kedaEngineRules,
  leaseRules,
  localKnativeRules,
  membershipRules,
  objectRules,
  scalingRules,
} from './hub-rules.ts';
import { memberRules } from './member-rules.ts';
import type { ExplainedRule } from './rule.ts';

/**
 * Where rules must hold: in the whole cluster, in the operator's own namespace, in the namespaces that ClusterProfiles may
 * point to, in those of workloads that are spread, or there and in its own, where triggers of all namespaces have their Secrets.
 * The last three are the whole cluster unless somebody narrows them.
 */
export type RightsScope = 'cluster' | 'own' | 'credentials' | 'workloads' | 'triggers';

/** Something the operator can do on the hub, with the rights that it takes. Each is granted by a role of its own. */
export interface Capability {
  /** The end of the role's name. */
  readonly name: string;
  readonly scope: RightsScope;
  /** What it is, and when it is needed. */
  readonly about: string;
  readonly rules: readonly ExplainedRule[];
}

/** All that the operator can be allowed to do on the hub. */
export const capabilities = [
  {
    name: 'objects',
    scope: 'cluster',
    about:
      'Always: reads KnativeServing, KnativeEventing and ClusterProfile objects, and tells how they are.',
    rules: objectRules,
  },
  { name: 'leases', scope: 'own', about: 'Always: replicas share the work.', rules: leaseRules },
  {
    name: 'credentials',
    scope: 'credentials',
    about: 'With multicluster.enabled: credentials of spokes and members that are ClusterProfiles.',
    rules: credentialRules,
  },
  {
    name: 'local-knative',
    scope: 'cluster',
    about:
      'With knative.onHub: installs Knative on the hub itself, for objects without spec.clusterProfileRef. On spokes it is done with the rights of their credentials.',
    rules: [...deliveryRules, ...addOnRules, ...localKnativeRules],
  },
  {
    name: 'members',
    scope: 'own',
    about: 'With scaling: the members that workloads are spread over.',
    rules: membershipRules,
  },
  {
    name: 'scaling',
    scope: 'cluster',
    about: 'With scaling: spreads workloads over the members.',
    rules: scalingRules,
  },
  {
    name: 'keda-engine',
    scope: 'cluster',
    about: 'With scaling, unless the engine is builtin: has KEDA evaluate the triggers.',
    rules: kedaEngineRules,
  },
  {
    name: 'builtin-engine',
    scope: 'triggers',
    about: 'With scaling, unless the engine is keda, and for the external scaler: reads what triggers read.',
    rules: builtinEngineRules,
  },
  {
    name: 'builtin-engine-cluster',
    scope: 'cluster',
    about: 'The same for what has no namespace.',
    rules: builtinEngineClusterRules,
  },
  {
    name: 'workloads-from-hub',
    scope: 'workloads',
    about:
      'With scaling and scaling.workloadsFromHub: reads the workloads that are delivered to members. Workloads of other kinds take rbac.extraRules.',
    rules: fromHubRules,
  },
  {
    name: 'hub-member',
    scope: 'workloads',
    about: 'With scaling.hubMember: the hub runs its share like any member, with the rights of one.',
    rules: memberRules,
  },
] as const satisfies readonly Capability[];

export type CapabilityName = (typeof capabilities)[number]['name'];
