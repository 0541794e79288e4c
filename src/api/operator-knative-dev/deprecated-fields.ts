/** A field that has a successor. */
export interface DeprecatedField {
  /** From the root of the object. */
  readonly path: `spec.${string}`;
  readonly instead: string;
}

/** Of both kinds. They work as long as operator.knative.dev/v1beta1 is served: objects of knative/operator must stay valid. */
export const deprecatedFields: readonly DeprecatedField[] = [
  { path: 'spec.deployments', instead: 'spec.workloads, which has the same form' },
  { path: 'spec.resources', instead: 'spec.workloads[].resources' },
];
