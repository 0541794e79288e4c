import {
  type CommonSpec,
  type KnativeEventingSpec,
  type KnativeServingSpec,
  type KnativeResource,
  type Parsed,
  parseKnativeEventing,
  parseKnativeServing,
} from '../api/index.ts';
import { type Resource, resources } from '../kube/index.ts';
import type { Component } from './manifests/index.ts';

export type KnativeSpec = KnativeServingSpec | KnativeEventingSpec;
export type Installation = KnativeResource<KnativeSpec & CommonSpec>;

/** What differs between Serving and Eventing for everything that treats them alike. */
export interface KnativeComponent {
  readonly component: Component;
  readonly kind: 'KnativeServing' | 'KnativeEventing';
  readonly resource: Resource;
  /** The reference operator's, so that either operator can finish what the other one began. */
  readonly finalizer: string;
  /** Every object of an installation carries it, as `app.kubernetes.io/name`. */
  readonly nameLabel: string;
  /** The namespace of --spoke-namespace=canonical. */
  readonly canonicalNamespace: string;
  readonly parse: (object: unknown) => Parsed<KnativeSpec & CommonSpec>;
}

export const serving: KnativeComponent = {
  component: 'serving',
  kind: 'KnativeServing',
  resource: resources.knativeServings,
  finalizer: 'knativeservings.operator.knative.dev',
  nameLabel: 'knative-serving',
  canonicalNamespace: 'knative-serving',
  parse: parseKnativeServing,
};

export const eventing: KnativeComponent = {
  component: 'eventing',
  kind: 'KnativeEventing',
  resource: resources.knativeEventings,
  finalizer: 'knativeeventings.operator.knative.dev',
  nameLabel: 'knative-eventing',
  canonicalNamespace: 'knative-eventing',
  parse: parseKnativeEventing,
};

export function nameSelector(component: KnativeComponent): string {
  return `app.kubernetes.io/name=${component.nameLabel}`;
}
