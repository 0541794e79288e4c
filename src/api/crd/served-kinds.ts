import { kedifyConfiguration } from '../install-kedify-io/kedify-configuration.ts';
import { distributedScaledObject } from '../keda-kedify-io/distributed-scaled-object.ts';
import { clusterTriggerAuthentication, triggerAuthentication } from '../keda-sh/trigger-authentication.ts';
import { knativeEventing } from '../operator-knative-dev/knative-eventing.ts';
import { knativeServing } from '../operator-knative-dev/knative-serving.ts';
import type { KindDefinition } from './definition.ts';

/** Every kind of this project; the folder `crds` holds one file for each. */
export const servedKinds: readonly KindDefinition[] = [
  knativeServing,
  knativeEventing,
  distributedScaledObject,
  kedifyConfiguration,
];

/** Kinds of KEDA that a hub without it needs: only for those who ask, because one with KEDA has them already. */
export const kindsWithoutKeda: readonly KindDefinition[] = [
  triggerAuthentication,
  clusterTriggerAuthentication,
];

/** The folder of their files, beside those of the others. */
export const folderWithoutKeda = 'without-keda';
