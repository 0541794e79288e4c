import type { z } from 'zod';
import type { DeepReadonly } from '../deep-readonly.ts';
import { type ParsedResource, parseResource, type Resource, resourceSchema } from '../parse-resource.ts';
import { knativeEventingSpec, type KnativeEventingSpec } from './knative-eventing.ts';
import { knativeServingSpec, type KnativeServingSpec } from './knative-serving.ts';
import { status } from './status.ts';

export type KnativeStatus = DeepReadonly<z.input<typeof status>>;

/** A KnativeServing or KnativeEventing whose known fields have the right types; unknown ones are still there. */
export type KnativeResource<Spec> = Resource<Spec, KnativeStatus>;

export type Parsed<Spec> = ParsedResource<Spec, KnativeStatus>;

/** Reads a KnativeServing from outside. An absent spec becomes an empty one; nothing else is added or dropped. */
export function parseKnativeServing(object: unknown): Parsed<KnativeServingSpec> {
  return parseResource(servingObject, object);
}

/** Reads a KnativeEventing from outside, like parseKnativeServing. */
export function parseKnativeEventing(object: unknown): Parsed<KnativeEventingSpec> {
  return parseResource(eventingObject, object);
}

const apiVersion = 'operator.knative.dev/v1beta1';
const servingObject = resourceSchema({
  apiVersion,
  kind: 'KnativeServing',
  spec: knativeServingSpec,
  status,
});
const eventingObject = resourceSchema({
  apiVersion,
  kind: 'KnativeEventing',
  spec: knativeEventingSpec,
  status,
});
