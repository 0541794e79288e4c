import type { KubeObject, WorkloadOverride } from '../../api/index.ts';
import { autoscalerOf, isAutoscaled, isAutoscaler, raiseAutoscaler } from './autoscaling.ts';
import { withResources } from './container-resources.ts';
import { nameOf, podSpec, updateContainers, withEnv } from './containers.ts';
import { isKind, objectName } from './object-kinds.ts';
import { isMeant, overridesOf } from './override-target.ts';
import { type JsonObject, merge, set } from './path-copy.ts';
import { withProbe } from './probes.ts';
import type { Transform } from './transform.ts';

/** Everything that overrides say about a workload, one override after the other. */
export const workloadOverrides: Transform = (object, { spec }) =>
  overridesOf(spec).reduce(applyOverride, object);

function applyOverride(object: KubeObject, override: WorkloadOverride): KubeObject {
  const { name, replicas } = override;
  if (isAutoscaler(object) && replicas !== undefined && objectName(object) === autoscalerOf(name)) {
    return raiseAutoscaler(object, replicas);
  }
  if (!isMeant(object, override)) return object;
  const scalable = isKind(object, 'apps', 'Deployment', 'StatefulSet') && !isAutoscaled(name);
  const scaled = replicas === undefined || !scalable ? object : set(object, ['spec', 'replicas'], replicas);
  const labelled = withMetadata(scaled, override);
  const scheduled = withPodFields(labelled, override);
  return updateContainers(scheduled, (container) => withContainerFields(container, override));
}

/** On the workload and on its pods, never in the selector, which cannot change. */
function withMetadata(object: KubeObject, { labels, annotations }: WorkloadOverride): KubeObject {
  return [['metadata'], ['spec', 'template', 'metadata']].reduce(
    (at, path) => merge(merge(at, [...path, 'labels'], labels), [...path, 'annotations'], annotations),
    object,
  );
}

/** These replace what the release says; an empty one leaves it. */
function withPodFields(object: KubeObject, override: WorkloadOverride): KubeObject {
  const { nodeSelector, topologySpreadConstraints, tolerations, affinity, hostNetwork } = override;
  const replaced = Object.entries({ nodeSelector, topologySpreadConstraints, tolerations })
    .filter(([, value]) => value !== undefined && Object.keys(value).length > 0)
    .reduce((at, [field, value]) => set(at, [...podSpec, field], value), object);
  const placed = affinity === undefined ? replaced : set(replaced, [...podSpec, 'affinity'], affinity);
  const connected =
    hostNetwork === undefined ? placed : set(placed, [...podSpec, 'hostNetwork'], hostNetwork);
  return hostNetwork === true
    ? set(connected, [...podSpec, 'dnsPolicy'], 'ClusterFirstWithHostNet')
    : connected;
}

function withContainerFields(container: JsonObject, override: WorkloadOverride): JsonObject {
  const { resources = [], env = [], readinessProbes = [], livenessProbes = [] } = override;
  const variables = env.find((entry) => entry.container === nameOf(container))?.envVars ?? [];
  const ready = withProbe(
    withEnv(withResources(container, resources), variables),
    'readinessProbe',
    readinessProbes,
  );
  return withProbe(ready, 'livenessProbe', livenessProbes);
}
