import { kedifyConfiguration } from '../install-kedify-io/kedify-configuration.ts';
import { distributedScaledObject } from '../keda-kedify-io/distributed-scaled-object.ts';
import { knativeEventing } from '../operator-knative-dev/knative-eventing.ts';
import { knativeServing } from '../operator-knative-dev/knative-serving.ts';
import type { KindDefinition } from './definition.ts';

/** Every kind that this project defines; the folder `crds` holds one file for each. */
export const servedKinds: readonly KindDefinition[] = [
  knativeServing,
  knativeEventing,
  distributedScaledObject,
  kedifyConfiguration,
];
