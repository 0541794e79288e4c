import { z } from 'zod';
import type { KindDefinition } from '../crd/definition.ts';
import { commonSpec } from './common-spec.ts';
import type { DeepReadonly } from '../deep-readonly.ts';
import { immutableTarget } from './immutable-target.ts';
import { ingress } from './ingress.ts';
import { printerColumns } from './printer-columns.ts';
import { status } from './status.ts';

export const knativeServingSpec = z.object({
  ...commonSpec.shape,
  ingress: ingress
    .optional()
    .describe('The networking layers to install; without this field it is the Istio plugin.'),
  'controller-custom-certs': z
    .object({
      type: z.string().describe('`ConfigMap` or `Secret`.'),
      name: z.string().describe('Name of the object, in the namespace that Knative is installed in.'),
    })
    .optional()
    .describe(
      'Certificate authorities that the controller trusts when it asks registries for image digests. Example: `{type: ConfigMap, name: registry-ca}`.',
    ),
  security: z
    .object({
      securityGuard: z
        .object({ enabled: z.boolean().describe('Whether it is installed.') })
        .describe('Security-Guard, which watches requests for unusual behaviour.'),
    })
    .optional()
    .describe('Optional security add-ons. Example: `{securityGuard: {enabled: true}}`.'),
});

export type KnativeServingSpec = DeepReadonly<z.input<typeof knativeServingSpec>>;

export const knativeServing = {
  group: 'operator.knative.dev',
  version: 'v1beta1',
  kind: 'KnativeServing',
  plural: 'knativeservings',
  singular: 'knativeserving',
  shortNames: ['kserving'],
  categories: ['wheelwright', 'knative'],
  description: 'An installation of Knative Serving on one cluster.',
  spec: knativeServingSpec.describe('What to install, where, and how.'),
  status: status.describe('What is installed, and how it is.'),
  validations: immutableTarget,
  printerColumns,
} as const satisfies KindDefinition;
