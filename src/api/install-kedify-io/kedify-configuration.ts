import { z } from 'zod';
import type { KindDefinition } from '../crd/definition.ts';
import type { DeepReadonly } from '../deep-readonly.ts';
import { kedaInstallation } from './keda-installation.ts';
import { kedifyConfigurationColumns } from './kedify-configuration-columns.ts';
import { kedifyConfigurationStatus } from './kedify-configuration-status.ts';

/** Nothing here is stricter than the definition of Kedify: objects that it has on a hub must stay valid. */
const kedifyConfigurationSpec = z.object({
  clusterName: z.string().optional().describe('What Kedify calls this cluster.'),
  cloudAccountID: z
    .string()
    .regex(/^(aws:|gcp:|kfy:)[a-zA-Z0-9][a-zA-Z0-9-]*$/)
    .optional()
    .describe('The account of the user. Example: `aws:123456789012`.'),
  kedaInstallations: z.array(kedaInstallation).optional().describe('Installations of KEDA.'),
});

export type KedifyConfigurationStatus = DeepReadonly<z.input<typeof kedifyConfigurationStatus>>;

export const kedifyConfiguration = {
  group: 'install.kedify.io',
  version: 'v1alpha1',
  kind: 'KedifyConfiguration',
  plural: 'kedifyconfigurations',
  singular: 'kedifyconfiguration',
  shortNames: ['kedify', 'kedifyconfig'],
  categories: ['wheelwright'],
  description: 'The members of a hub in its status, and what Kedify installs in its spec.',
  spec: kedifyConfigurationSpec.describe('What Kedify installs; nothing of it is acted on here.'),
  status: kedifyConfigurationStatus.describe('The members, and what Kedify has installed.'),
  printerColumns: kedifyConfigurationColumns,
} as const satisfies KindDefinition;
