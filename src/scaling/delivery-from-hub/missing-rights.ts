import { isRecord } from '../../api/index.ts';
import { type KubeClient, type Resource, resourceName, resources } from '../../kube/index.ts';

/** What whoever delivers into a namespace does there. */
const verbs = ['get', 'list', 'watch', 'create', 'patch', 'delete'] as const;

/**
 * What is missing to deliver objects of these resources into the namespace, as `create secrets`; none where nothing is. Asks
 * for one right first, because whoever lacks that has been given none. Throws KubeErrors.
 */
export async function missingRights(
  client: Pick<KubeClient, 'create'>,
  namespace: string,
  delivered: readonly Resource[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  // The list of what is delivered is a ConfigMap itself.
  const all = new Map([resources.configMaps, ...delivered].map((each) => [resourceName(each), each]));
  const lacks = async (verb: string, resource: Resource): Promise<readonly string[]> =>
    (await isAllowed(client, { namespace, verb, group: resource.group, resource: resource.plural }, signal))
      ? []
      : [`${verb} ${resourceName(resource)}`];
  const first = await lacks('create', resources.configMaps);
  if (first.length > 0) return first;
  const asked = [
    lacks('get', resources.namespaces),
    ...[...all.values()].flatMap((resource) => verbs.map((verb) => lacks(verb, resource))),
  ];
  return (await Promise.all(asked)).flat();
}

async function isAllowed(
  client: Pick<KubeClient, 'create'>,
  resourceAttributes: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<boolean> {
  const { status } = await client.create(
    resources.selfSubjectAccessReviews,
    {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      metadata: { name: '' },
      spec: { resourceAttributes },
    },
    { signal },
  );
  // An answer that says nothing allows nothing.
  return isRecord(status) && status['allowed'] === true;
}
