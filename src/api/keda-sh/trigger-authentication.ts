import { z } from 'zod';
import type { KindDefinition, PrinterColumn } from '../crd/definition.ts';

function reference(kind: string) {
  return z.object({
    parameter: z.string().describe('Name of the parameter of the trigger. Example: `bearerToken`.'),
    name: z.string().describe(`Name of the ${kind}.`),
    key: z.string().describe(`Key of the ${kind}.`),
  });
}

/** Loose, so that an object which KEDA is to read later loses nothing. */
const triggerAuthenticationSpec = z.looseObject({
  secretTargetRef: z.array(reference('Secret')).optional().describe('Parameters from Secrets.'),
  configMapTargetRef: z.array(reference('ConfigMap')).optional().describe('Parameters from ConfigMaps.'),
  env: z
    .array(
      z.object({
        parameter: z.string().describe('Name of the parameter of the trigger.'),
        name: z.string().describe('Name of the variable.'),
        containerName: z.string().optional().describe('Whose variable; the first container by default.'),
      }),
    )
    .optional()
    .describe('Parameters from variables of the workload that is scaled, where it is on the hub.'),
  podIdentity: z
    .looseObject({ provider: z.string().describe('Only `none` is known without KEDA.') })
    .optional()
    .describe('An identity of a cloud.'),
});

/** Of KEDA, which writes there who uses it. */
const triggerAuthenticationStatus = z.looseObject({
  scaledobjects: z.string().optional().describe('ScaledObjects that use it, where KEDA is.'),
  scaledjobs: z.string().optional().describe('ScaledJobs that use it, where KEDA is.'),
});

const columns: readonly PrinterColumn[] = [
  {
    name: 'Secret',
    type: 'string',
    jsonPath: '.spec.secretTargetRef[*].name',
    description: 'Secrets that parameters come from',
  },
  {
    name: 'Env',
    type: 'string',
    jsonPath: '.spec.env[*].name',
    description: 'Variables of the workload that parameters come from',
  },
  {
    name: 'Age',
    type: 'date',
    jsonPath: '.metadata.creationTimestamp',
    description: 'Time since creation',
  },
];

const common = {
  group: 'keda.sh',
  version: 'v1alpha1',
  categories: ['wheelwright'],
  spec: triggerAuthenticationSpec.describe('Where the parameters of triggers come from.'),
  status: triggerAuthenticationStatus.describe('Nothing of it is written without KEDA.'),
  printerColumns: columns,
} as const;

/** As much of the kind of KEDA as the builtin engine reads, for hubs without KEDA. */
export const triggerAuthentication = {
  ...common,
  kind: 'TriggerAuthentication',
  plural: 'triggerauthentications',
  singular: 'triggerauthentication',
  shortNames: ['ta', 'triggerauth'],
  description: 'Credentials for the triggers of its namespace.',
} as const satisfies KindDefinition;

/** The same for all namespaces. */
export const clusterTriggerAuthentication = {
  ...common,
  kind: 'ClusterTriggerAuthentication',
  plural: 'clustertriggerauthentications',
  singular: 'clustertriggerauthentication',
  shortNames: ['cta', 'clustertriggerauth'],
  scope: 'Cluster',
  description: 'Credentials for the triggers of all namespaces, from Secrets beside the operator.',
} as const satisfies KindDefinition;
