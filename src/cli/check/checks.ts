import type { Check, ClusterCheck, HubCheck, MemberCheck } from './check.ts';
import { clusterRights } from './cluster-checks/cluster-rights.ts';
import { clusterVersion } from './cluster-checks/cluster-version.ts';
import { credentialValid } from './cluster-checks/credential-valid.ts';
import { identity } from './cluster-checks/identity.ts';
import { profileFound } from './cluster-checks/profile-found.ts';
import { profileHealthy } from './cluster-checks/profile-healthy.ts';
import { providerAnswers } from './cluster-checks/provider-answers.ts';
import { providerMatches } from './cluster-checks/provider-matches.ts';
import { proxyReachable } from './cluster-checks/proxy-reachable.ts';
import { registeredOnce } from './cluster-checks/registered-once.ts';
import { serverAnswers } from './cluster-checks/server-answers.ts';
import { serverCertificateValid } from './cluster-checks/server-certificate-valid.ts';
import { aliasesDistinct } from './hub-checks/aliases-distinct.ts';
import { tlsVerified } from './cluster-checks/tls-verified.ts';
import { clockSkew } from './hub-checks/clock-skew.ts';
import { contextResolves } from './hub-checks/context-resolves.ts';
import { crdsEstablished } from './hub-checks/crds-established.ts';
import { hubAnswers } from './hub-checks/hub-answers.ts';
import { hubRights } from './hub-checks/hub-rights.ts';
import { hubVersion } from './hub-checks/hub-version.ts';
import { imagePinned } from './hub-checks/image-pinned.ts';
import { leasesHeld } from './hub-checks/leases-held.ts';
import { noOtherOperator } from './hub-checks/no-other-operator.ts';
import { nothingDeprecated } from './hub-checks/nothing-deprecated.ts';
import { operatorAvailable } from './hub-checks/operator-available.ts';
import { operatorVersion } from './hub-checks/operator-version.ts';
import { ownPlugin } from './hub-checks/own-plugin.ts';
import { profilesServed } from './hub-checks/profiles-served.ts';
import { providerFileGiven } from './hub-checks/provider-file-given.ts';
import { providerFileUsable } from './hub-checks/provider-file-usable.ts';

import { kubeconfigUsable } from './member-checks/kubeconfig-usable.ts';
import { memberClock } from './member-checks/member-clock.ts';
import { memberRights } from './member-checks/member-rights.ts';
import { operatorReaches } from './member-checks/operator-reaches.ts';
import { autoscalerActive } from './scaling-checks/autoscaler-active.ts';
import { childOwned } from './scaling-checks/child-owned.ts';
import { deliveredFromHub } from './scaling-checks/delivered-from-hub.ts';
import { engine } from './scaling-checks/engine.ts';
import { gracePeriod } from './scaling-checks/grace-period.ts';
import { membersKnown } from './scaling-checks/members-known.ts';
import { membersReady } from './scaling-checks/members-ready.ts';
import { metricsService } from './scaling-checks/metrics-service.ts';
import { nameFits } from './scaling-checks/name-fits.ts';
import { replicasStart } from './scaling-checks/replicas-start.ts';
import { scaledOnce } from './scaling-checks/scaled-once.ts';
import { selectorSet } from './scaling-checks/selector-set.ts';
import { targetsThere } from './scaling-checks/targets-there.ts';
import { triggerObjects } from './scaling-checks/trigger-objects.ts';

export const hubChecks: readonly HubCheck[] = [
  contextResolves,
  hubAnswers,
  operatorVersion,
  hubVersion,
  clockSkew,
  ownPlugin,
  crdsEstablished,
  operatorAvailable,
  leasesHeld,
  hubRights,
  noOtherOperator,
  providerFileGiven,
  providerFileUsable,
  imagePinned,
  nothingDeprecated,
  aliasesDistinct,
  profilesServed,
  engine,
  metricsService,
  childOwned,
  autoscalerActive,
  selectorSet,
  targetsThere,
  scaledOnce,
  membersKnown,
  gracePeriod,
  replicasStart,
  triggerObjects,
  nameFits,
  membersReady,
  deliveredFromHub,
];

export const clusterChecks: readonly ClusterCheck[] = [
  profileFound,
  profileHealthy,
  providerMatches,
  providerAnswers,
  credentialValid,
  serverCertificateValid,
  serverAnswers,
  identity,
  clusterRights,
  clusterVersion,
  registeredOnce,
  tlsVerified,
  proxyReachable,
];

/** Those of connections look at members besides. */
export const memberChecks: readonly MemberCheck[] = [
  kubeconfigUsable,
  operatorReaches,
  memberRights,
  memberClock,
];

/** Every check, in the order of the codes. A code is for ever: entries are added, never renumbered. */
export const checks: readonly Check[] = [...hubChecks, ...clusterChecks, ...memberChecks].toSorted((a, b) =>
  a.code.localeCompare(b.code),
);
