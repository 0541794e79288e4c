import type { KubeObject } from '../../src/api/index.ts';

/** As much of a kind as its objects need to be stored, for what Knative wants others to install. The first version is stored. */
export function minimalDefinition(
  group: string,
  kind: string,
  versions: readonly string[] = ['v1beta1', 'v1'],
): KubeObject {
  const plural = `${kind.toLowerCase()}s`;
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
  // Groups that end in `.k8s.io` belong to Kubernetes, which wants to know who has agreed.
  const annotations = { 'api-approved.kubernetes.io': 'unapproved, as much of it as a test needs' };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}`, annotations },
    spec: {
      group,
      names: { kind, plural },
      scope: 'Namespaced',
      versions: versions.map((name, index) => ({ name, served: true, storage: index === 0, schema })),
    },
  };
}
