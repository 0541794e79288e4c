import * as z from 'zod';

/** A ClusterProfile of v1alpha1 or v1alpha2, as far as it is used; null, absent and empty are the same. */
const text = z
  .string()
  .nullish()
  .transform((value) => (value === '' ? undefined : (value ?? undefined)));
const items = <T extends z.ZodType>(item: T) =>
  z
    .array(item)
    .nullish()
    .transform((value) => value ?? []);
const texts = z
  .record(z.string(), z.string())
  .nullish()
  .transform((value) => value ?? {});
const offered = items(z.looseObject({ name: text, cluster: z.unknown().optional() }));

export const clusterProfileSchema = z.looseObject({
  metadata: z.looseObject({
    name: z.string().min(1, 'must not be empty'),
    namespace: z.string().min(1, 'must not be empty'),
    uid: text,
    resourceVersion: text,
    generation: z.number().nullish(),
    creationTimestamp: text,
    deletionTimestamp: text,
    labels: texts,
    annotations: texts,
  }),
  spec: z
    .looseObject({ displayName: text, clusterManager: z.looseObject({ name: text }).nullish() })
    .nullish(),
  status: z
    .looseObject({
      version: z.looseObject({ kubernetes: text }).nullish(),
      properties: items(z.looseObject({ name: z.string(), value: z.string() })),
      conditions: items(
        z.looseObject({
          type: z.string(),
          status: z.enum(['True', 'False', 'Unknown']),
          reason: text,
          message: text,
          lastTransitionTime: text,
        }),
      ),
      accessProviders: offered,
      credentialProviders: offered,
    })
    .nullish(),
});

export type RawProvider = z.output<typeof offered>[number];
