import type { CommonSpec, GroupVersionKind, KubeObject, OwnerReference } from '../../api/index.ts';
import type { Component } from '../manifests/index.ts';

/** What decides about the objects of one installation. */
export interface TransformContext<Spec extends CommonSpec = CommonSpec> {
  readonly component: Component;
  readonly spec: Spec;
  /** The target version, for the names of Jobs. */
  readonly version: string;
  /** The namespace on the cluster. */
  readonly namespace: string;
  /** Owner of every namespaced object. Without one, whoever delivers the objects says who owns them. */
  readonly owner?: OwnerReference | undefined;
  readonly isNamespaced: (kind: GroupVersionKind) => boolean;
  /** Oldest Kubernetes version that Knative's own check shall accept; its own opinion by default. */
  readonly kubernetesMinVersion?: string | undefined;
}

/**
 * Changes one object, or returns it as it is. Pure, and never changes the object given. Throws a TransformError,
 * and nothing else, whatever the object looks like.
 */
export type Transform<Spec extends CommonSpec = CommonSpec> = (
  object: KubeObject,
  context: TransformContext<Spec>,
) => KubeObject;
