import type { KnativeEventingSpec } from '../../api/index.ts';
import { updateContainers, withEnv } from './containers.ts';
import { isKind, objectName } from './object-kinds.ts';
import type { Transform } from './transform.ts';

const webhook = 'eventing-webhook';
const variable = 'SINK_BINDING_SELECTION_MODE';

/** `spec.sinkBindingSelectionMode`, or what an override sets as variable, or `exclusion`; in every container. */
export const sinkBinding: Transform<KnativeEventingSpec> = (object, { spec }) => {
  if (!isKind(object, 'apps', 'Deployment') || objectName(object) !== webhook) return object;
  const { sinkBindingSelectionMode: mode = '' } = spec;
  const value = [mode, modeInOverrides(spec), 'exclusion'].find((candidate) => candidate !== '');
  return updateContainers(object, (container) => withEnv(container, [{ name: variable, value }]));
};

/** `workloads` come before `deployments`; empty where neither says anything. */
function modeInOverrides({ workloads = [], deployments = [] }: KnativeEventingSpec): string {
  const found = [...workloads, ...deployments]
    .filter(({ name }) => name === webhook)
    .flatMap(({ env = [] }) => env.filter(({ container }) => container === webhook))
    .flatMap(({ envVars = [] }) => envVars)
    .find(({ name }) => name === variable);
  return found?.value ?? '';
}
