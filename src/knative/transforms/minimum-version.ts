import { updateAllContainers, withEnv } from './containers.ts';
import { isWorkload } from './object-kinds.ts';
import type { Transform } from './transform.ts';

/** Tells Knative's own processes which Kubernetes version is old enough for them. */
export const minimumVersion: Transform = (object, { kubernetesMinVersion: value = '' }) =>
  value === '' || !isWorkload(object)
    ? object
    : updateAllContainers(object, (container) =>
        withEnv(container, [{ name: 'KUBERNETES_MIN_VERSION', value }]),
      );
