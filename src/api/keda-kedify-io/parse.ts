import { type ParsedResource, parseResource, type Resource, resourceSchema } from '../parse-resource.ts';
import {
  distributedScaledObject,
  type DistributedScaledObjectSpec,
  type DistributedScaledObjectStatus,
} from './distributed-scaled-object.ts';

export type DistributedScaledObject = Resource<DistributedScaledObjectSpec, DistributedScaledObjectStatus>;

const schema = resourceSchema({
  apiVersion: 'keda.kedify.io/v1alpha1',
  kind: distributedScaledObject.kind,
  spec: distributedScaledObject.spec,
  status: distributedScaledObject.status,
});

/** Reads a DistributedScaledObject from outside; defaults that the hub would add are still absent. */
export function parseDistributedScaledObject(
  object: unknown,
): ParsedResource<DistributedScaledObjectSpec, DistributedScaledObjectStatus> {
  return parseResource(schema, object);
}
