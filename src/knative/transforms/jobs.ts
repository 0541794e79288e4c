import { generateName, isKind, objectName } from './object-kinds.ts';
import { set, update } from './path-copy.ts';
import type { Transform } from './transform.ts';

const sidecarLabel = ['spec', 'template', 'metadata', 'labels', 'sidecar.istio.io/inject'];

/**
 * Names a Job after component and version, so that every version runs its own once. Its pods get no Istio sidecar,
 * which would keep them from ending.
 */
export const jobs: Transform = (object, { component, version }) => {
  if (!isKind(object, 'batch', 'Job')) return object;
  const name = objectName(object);
  const stem = name === '' ? generateName(object) : `${name}-`;
  const named = set(object, ['metadata', 'name'], `${stem}${component}-${version}`);
  return update(named, sidecarLabel, (inject) => (inject === undefined || inject === '' ? 'false' : inject));
};
