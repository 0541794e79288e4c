import { z } from 'zod';

const condition = z.object({
  type: z.string().describe('Name of the condition. Example: `Ready`.'),
  status: z.enum(['True', 'False', 'Unknown']).describe('Whether it holds.'),
  observedGeneration: z.int().min(0).optional().describe('The generation that it is about.'),
  lastTransitionTime: z.iso.datetime({ offset: true }).describe('When the status last changed.'),
  reason: z.string().describe('One word for the cause.'),
  message: z.string().describe('The cause in a sentence.'),
});

const memberClusterStatus = z.object({
  currentReplicas: z.int32().describe('How many replicas there are, as last seen.'),
  desiredReplicas: z.int32().describe('How many there must be.'),
  state: z.string().describe('`Ready`, `NotReady` or `Unknown`.'),
  description: z.string().describe('The state in a sentence.'),
  id: z.string().describe('What the member is called by whoever connects to it.'),
  provider: z.string().optional().describe('Where the member comes from. Example: `kubeconfig`.'),
  excluded: z.boolean().optional().describe('Whether it has been failing for longer than the grace period.'),
  lastStatusChangeTime: z.iso
    .datetime({ offset: true })
    .optional()
    .describe('When the state last changed; the grace period counts from here.'),
  lastScalingProgressTime: z.iso
    .datetime({ offset: true })
    .optional()
    .describe('When a replica last became ready, or went as it was to.'),
});

export const distributedScaledObjectStatus = z.object({
  conditions: z.array(condition).optional().describe('State of the object.'),
  memberClusterStatuses: z
    .record(z.string(), memberClusterStatus)
    .optional()
    .describe('State of each member, by its alias.'),
  membersHealthyCount: z.int32().optional().describe('How many members are Ready.'),
  membersTotalCount: z.int32().optional().describe('How many members there are.'),
  totalCurrentReplicas: z
    .int32()
    .describe('What autoscalers take for the current number; members out of reach count with what they had.'),
  selector: z.string().describe('A label selector for autoscalers, which matches no pod of the hub.'),
  print: z
    .object({
      totalReplicas: z.string().optional().describe('Current and desired replicas. Example: `9/10`.'),
      membersCount: z.string().optional().describe('Healthy and all members. Example: `2/3`.'),
    })
    .optional()
    .describe('Texts for `kubectl get`.'),
});
