import type { CommonSpec, KubeObject } from '../../api/index.ts';
import { scopeOf } from './cluster-scoped-kinds.ts';
import type { JsonObject } from './path-copy.ts';
import type { TransformContext } from './transform.ts';

/** The context of an installation of Serving 1.22.1 in `knative-serving`, except for what is given. */
export function contextFor<Spec extends CommonSpec>(
  spec: Spec,
  given: Partial<TransformContext<Spec>> = {},
): TransformContext<Spec> {
  return {
    component: 'serving',
    spec,
    version: '1.22.1',
    namespace: 'knative-serving',
    isNamespaced: scopeOf([], () => undefined),
    ...given,
  };
}

/** A frozen object, because whoever changes an input must be found out. */
export function object(apiVersion: string, kind: string, name: string, fields: JsonObject = {}): KubeObject {
  const { metadata, ...others } = fields;
  return frozen({ apiVersion, kind, metadata: { name, ...(metadata as object) }, ...others });
}

export function workload(
  kind: string,
  name: string,
  containers: readonly JsonObject[],
  fields: JsonObject = {},
): KubeObject {
  const { spec, ...others } = fields;
  const template = { metadata: { labels: { app: name } }, spec: { containers } };
  return object(kind === 'Job' ? 'batch/v1' : 'apps/v1', kind, name, {
    ...others,
    spec: { ...(spec as object), template },
  });
}

export function deployment(name: string, ...containers: readonly JsonObject[]): KubeObject {
  return workload('Deployment', name, containers);
}

export function configMap(name: string, data?: Readonly<Record<string, string>>): KubeObject {
  return object('v1', 'ConfigMap', name, data === undefined ? {} : { data });
}

function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const child of Object.values(value)) frozen(child);
  return Object.freeze(value);
}
