import { z } from 'zod';
import type { KindDefinition } from '../crd/definition.ts';
import { commonSpec } from './common-spec.ts';
import type { DeepReadonly } from '../deep-readonly.ts';
import { immutableTarget } from './immutable-target.ts';
import { printerColumns } from './printer-columns.ts';
import { status } from './status.ts';

function source(what: string) {
  return z
    .object({ enabled: z.boolean().describe('Whether it is installed.') })
    .describe(`${what}. Example: \`{enabled: true}\`.`);
}

export const knativeEventingSpec = z.object({
  ...commonSpec.shape,
  defaultBrokerClass: z
    .string()
    .optional()
    .describe('Class of Brokers that name none; `MTChannelBasedBroker` by default. Example: `Kafka`.'),
  sinkBindingSelectionMode: z
    .string()
    .optional()
    .describe(
      'Which namespaces and objects SinkBindings act on: `exclusion` (default) all but the labelled ones, `inclusion` only those.',
    ),
  source: z
    .object({
      ceph: source('Events from Ceph buckets'),
      github: source('Events from GitHub repositories'),
      gitlab: source('Events from GitLab projects'),
      kafka: source('Events from Apache Kafka topics'),
      rabbitmq: source('Events from RabbitMQ exchanges'),
      redis: source('Events from Redis streams'),
    })
    .optional()
    .describe('Event sources to install as well; none without this field. All six must be named.'),
});

export type KnativeEventingSpec = DeepReadonly<z.input<typeof knativeEventingSpec>>;

export const knativeEventing = {
  group: 'operator.knative.dev',
  version: 'v1beta1',
  kind: 'KnativeEventing',
  plural: 'knativeeventings',
  singular: 'knativeeventing',
  shortNames: ['keventing'],
  categories: ['wheelwright', 'knative'],
  description: 'An installation of Knative Eventing on one cluster.',
  spec: knativeEventingSpec.describe('What to install, where, and how.'),
  status: status.describe('What is installed, and how it is.'),
  validations: immutableTarget,
  printerColumns,
} as const satisfies KindDefinition;
