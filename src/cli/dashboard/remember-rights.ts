import type { KubeObject } from '../../api/index.ts';
import { type KubeClient, type Resource, resources, type WriteOptions } from '../../kube/index.ts';
import type { VisitOptions } from './visit-cluster.ts';

/** How long answers are taken for true. Whoever changed a right and does not want to wait loads the page again. */
const rememberMs = 300_000;

/**
 * The same way to clusters, on which each server is asked about each right once in some minutes: rights seldom change, the
 * checks ask about hundreds, and an open page visits every few seconds. What was answered belongs to the page that is open,
 * and goes with it. It is forgotten all at once, so that there is never more of it than visits of some minutes ask about, and
 * where a server takes us for somebody else than before: the next visit asks for that one.
 */
export function rememberRights(options: VisitOptions): VisitOptions {
  const { hub, connect, clock } = options;
  const answers = new Map<string, KubeObject>();
  /** Whom the server of each cluster takes us for. */
  const users = new Map<string, string>();
  let since = clock.monotonic();
  const forgetOld = (): void => {
    if (clock.monotonic() - since < rememberMs) return;
    answers.clear();
    since = clock.monotonic();
  };
  const isTold = (place: string, { status }: KubeObject): void => {
    const user = JSON.stringify((status as { readonly userInfo?: object } | undefined)?.userInfo);
    if (users.has(place) && users.get(place) !== user) answers.clear();
    users.set(place, user);
  };
  const remembering = (client: KubeClient, server: string): KubeClient => ({
    ...delegating(client),
    async create<T extends KubeObject>(resource: Resource, object: KubeObject, how?: WriteOptions) {
      if (resource !== resources.selfSubjectAccessReviews) {
        const made = await client.create<T>(resource, object, how);
        if (resource === resources.selfSubjectReviews) isTold(JSON.stringify([client.cluster, server]), made);
        return made;
      }
      forgetOld();
      const question = JSON.stringify([client.cluster, server, object['spec']]);
      const known = answers.get(question);
      if (known !== undefined) return known as T;
      const answer = await client.create<T>(resource, object, how);
      answers.set(question, answer);
      return answer;
    },
  });
  return {
    ...options,
    hub: { ...hub, client: remembering(hub.client, hub.server) },
    connect: (to) => remembering(connect(to), to.endpoint.server),
  };
}

/** A client may be of a class, whose methods a copy would not have. */
function delegating(client: KubeClient): KubeClient {
  return {
    cluster: client.cluster,
    get: client.get.bind(client),
    list: client.list.bind(client),
    create: client.create.bind(client),
    update: client.update.bind(client),
    apply: client.apply.bind(client),
    patch: client.patch.bind(client),
    delete: client.delete.bind(client),
    watch: client.watch.bind(client),
    resourceFor: client.resourceFor.bind(client),
    resources: client.resources.bind(client),
    invalidateDiscovery: client.invalidateDiscovery.bind(client),
    serverVersion: client.serverVersion.bind(client),
    raw: client.raw.bind(client),
    close: client.close.bind(client),
  };
}
