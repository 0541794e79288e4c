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
    rules.flatMap((rule) =>
      rule.resources.map(async (resource): Promise<readonly Rule[]> => {
        const { group, verbs } = rule;
        const unnamed = await refused(client, verbs, { group, resource, ...where }, signal);
        if (rule.names === undefined || unnamed.length === 0)
          return [{ group, resources: [resource], verbs: unnamed }];
        const named = await Promise.all(
          rule.names.map(async (name) => ({
            name,
            verbs: await refused(client, unnamed, { group, resource, name, ...where }, signal),
          })),
        );
        return [...Map.groupBy(named, ({ verbs: lacking }) => lacking.join(' '))].map(([lacking, alike]) => ({
          group,
          resources: [resource],
          verbs: lacking === '' ? [] : lacking.split(' '),
          names: alike.map(({ name }) => name),
        }));
      }),
    ),
  );
  return mergeRules(missing.flat().filter(({ verbs }) => verbs.length > 0));
}

async function refused(
  client: KubeClient,
  verbs: readonly string[],
  what: Omit<Right, 'verb'>,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const allowed = await Promise.all(verbs.map((verb) => isAllowed(client, { ...what, verb }, signal)));
  return verbs.filter((_, index) => allowed[index] !== true);
}

interface Right {
  readonly group: string;
  readonly resource: string;
  readonly verb: string;
  readonly name?: string;
  readonly namespace?: string;
}

async function isAllowed(client: KubeClient, right: Right, signal: AbortSignal): Promise<boolean> {
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
