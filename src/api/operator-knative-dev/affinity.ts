import { z } from 'zod';
import { labelSelector } from './label-selector.ts';

const nodeConditions = z
  .array(
    z.object({
      key: z.string().describe('Label or field of the node. Example: `topology.kubernetes.io/zone`.'),
      operator: z.string().describe('`In`, `NotIn`, `Exists`, `DoesNotExist`, `Gt` or `Lt`.'),
      values: z
        .array(z.string())
        .meta({ 'x-kubernetes-list-type': 'atomic' })
        .optional()
        .describe('Values for the operator; one integer for `Gt` and `Lt`, none for `Exists`.'),
    }),
  )
  .meta({ 'x-kubernetes-list-type': 'atomic' });

const nodeSelectorTerm = z
  .object({
    matchExpressions: nodeConditions.optional().describe('Conditions on the labels of a node.'),
    matchFields: nodeConditions
      .optional()
      .describe('Conditions on the fields of a node. Example key: `metadata.name`.'),
  })
  .meta({ 'x-kubernetes-map-type': 'atomic' });

const nodeAffinity = z.object({
  requiredDuringSchedulingIgnoredDuringExecution: z
    .object({
      nodeSelectorTerms: z
        .array(nodeSelectorTerm)
        .meta({ 'x-kubernetes-list-type': 'atomic' })
        .describe('Alternatives: a node is fit when it meets one of them.'),
    })
    .meta({ 'x-kubernetes-map-type': 'atomic' })
    .optional()
    .describe('What a node must offer for a pod to be placed on it.'),
  preferredDuringSchedulingIgnoredDuringExecution: z
    .array(
      z.object({
        weight: z.int32().describe('How much a fitting node is preferred, from 1 to 100.'),
        preference: nodeSelectorTerm.describe('What makes a node fit.'),
      }),
    )
    .meta({ 'x-kubernetes-list-type': 'atomic' })
    .optional()
    .describe('What a node had better offer; the scheduler adds up the weights.'),
});

const keysOfIncomingPod = z.array(z.string()).meta({ 'x-kubernetes-list-type': 'atomic' });

const podAffinityTerm = z.object({
  labelSelector: labelSelector.optional().describe('The other pods that this term is about.'),
  namespaceSelector: labelSelector
    .optional()
    .describe('Namespaces, by label, in which to look for them; `{}` is every namespace.'),
  namespaces: keysOfIncomingPod
    .optional()
    .describe('Namespaces, by name, in which to look for them; by default the namespace of the pod.'),
  topologyKey: z
    .string()
    .describe('Node label that says what counts as the same place. Example: `kubernetes.io/hostname`.'),
  matchLabelKeys: keysOfIncomingPod
    .optional()
    .describe('Label keys whose value must be equal on the new pod and on the other pods.'),
  mismatchLabelKeys: keysOfIncomingPod
    .optional()
    .describe('Label keys whose value must differ between the new pod and the other pods.'),
});

const podPlacement = z.object({
  requiredDuringSchedulingIgnoredDuringExecution: z
    .array(podAffinityTerm)
    .meta({ 'x-kubernetes-list-type': 'atomic' })
    .optional()
    .describe('Terms that must hold for a pod to be placed.'),
  preferredDuringSchedulingIgnoredDuringExecution: z
    .array(
      z.object({
        weight: z.int32().describe('How much a place that meets the term is preferred, from 1 to 100.'),
        podAffinityTerm: podAffinityTerm.describe('The term.'),
      }),
    )
    .meta({ 'x-kubernetes-list-type': 'atomic' })
    .optional()
    .describe('Terms that had better hold; the scheduler adds up the weights.'),
});

/** core/v1 Affinity. */
export const affinity = z.object({
  nodeAffinity: nodeAffinity.optional().describe('Which nodes the pods may or should run on.'),
  podAffinity: podPlacement.optional().describe('Which other pods the pods run near to.'),
  podAntiAffinity: podPlacement.optional().describe('Which other pods the pods keep away from.'),
});
