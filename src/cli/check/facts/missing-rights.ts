import { type KubeClient, resources } from '../../../kube/index.ts';
import * as z from 'zod';
import { mergeRules, type Rule } from './rule.ts';

const reviewSchema = z.object({ status: z.object({ allowed: z.boolean() }) });

/**
 * What of the rules the client's own user lacks, by SelfSubjectAccessReviews, in every namespace at once unless one is
 * given. Somebody who may do everything is asked once. Throws KubeError.
 */
export async function missingRights(
  client: KubeClient,
  rules: readonly Rule[],
  signal: AbortSignal,
  namespace?: string,
): Promise<readonly Rule[]> {
  const where = namespace === undefined ? {} : { namespace };
  if (await isAllowed(client, { group: '*', resource: '*', verb: '*', ...where }, signal)) return [];
  const missing = await Promise.all(
    rules.flatMap(({ group, resources: names, verbs }) =>
      names.map(async (resource): Promise<Rule> => {
        const allowed = await Promise.all(
          verbs.map((verb) => isAllowed(client, { group, resource, verb, ...where }, signal)),
        );
        return { group, resources: [resource], verbs: verbs.filter((_, index) => allowed[index] !== true) };
      }),
    ),
  );
  return mergeRules(missing.filter(({ verbs }) => verbs.length > 0));
}

async function isAllowed(
  client: KubeClient,
  right: {
    readonly group: string;
    readonly resource: string;
    readonly verb: string;
    readonly namespace?: string;
  },
  signal: AbortSignal,
): Promise<boolean> {
  const [resource, subresource] = right.resource.split('/');
  const review = await client.create(
    resources.selfSubjectAccessReviews,
    {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      metadata: { name: '' },
      spec: {
        resourceAttributes: {
          ...right,
          resource,
          ...(subresource === undefined ? {} : { subresource }),
        },
      },
    },
    { signal },
  );
  // An answer that says nothing allows nothing.
  return reviewSchema.safeParse(review).data?.status.allowed === true;
}
