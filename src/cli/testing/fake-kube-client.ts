import { groupVersionKind, type KubeObject, objectKey } from '../../api/index.ts';
import {
  type CallContext,
  type KubeClient,
  NoMatchError,
  NotFoundError,
  type Resource,
  resourceName,
  resources,
} from '../../kube/index.ts';
import { ago } from './objects.ts';

export interface FakeKubeClientOptions {
  readonly cluster: string;
  readonly version?: string;
  readonly objects?: readonly KubeObject[];
  /** Kinds that are served besides. */
  readonly also?: readonly Resource[];
  /** Kinds that are not served. */
  readonly without?: readonly string[];
  /** What a call fails with; undefined where it goes well. */
  readonly fails?: (call: CallContext) => Error | undefined;
  readonly username?: string;
  /** Whether a SelfSubjectAccessReview allows it. Default: everything. */
  readonly allows?: (attributes: Readonly<Record<string, string>>) => boolean;
  /** RFC 3339. */
  readonly serverTime?: string;
}

/** An API server in memory, as far as the command line asks one. */
export function fakeKubeClient(
  options: FakeKubeClientOptions,
): KubeClient & { readonly closed: () => boolean } {
  const { cluster, objects = [], also = [], without = [], fails, version = 'v1.36.3' } = options;
  let closed = false;
  const call = (context: Omit<CallContext, 'cluster'>): void => {
    const error = fails?.({ cluster, ...context });
    if (error !== undefined) throw error;
  };
  const of = (resource: Resource): readonly KubeObject[] =>
    objects.filter((object) => {
      const { group, kind } = groupVersionKind(object);
      return group === resource.group && kind === resource.kind;
    });
  return {
    cluster,
    closed: () => closed,
    async get<T extends KubeObject>(
      resource: Resource,
      name: { readonly namespace?: string | undefined; readonly name: string },
    ) {
      const context = { verb: 'get', resource: resourceName(resource), ...name };
      call(context);
      const found = of(resource).find(({ metadata }) => objectKey(metadata) === objectKey(name));
      if (found === undefined) throw new NotFoundError({ cluster, ...context }, { message: 'not found' });
      return found as T;
    },
    async list<T extends KubeObject>(
      resource: Resource,
      { namespace, labelSelector, fieldSelector }: Parameters<KubeClient['list']>[1] = {},
    ) {
      call({ verb: 'list', resource: resourceName(resource), namespace });
      const items = of(resource).filter(
        (object) =>
          (namespace === undefined || object.metadata.namespace === namespace) &&
          selected(object.metadata.labels ?? {}, labelSelector) &&
          selected({ 'regarding.uid': regardingUid(object) }, fieldSelector),
      );
      return { items: items as unknown as readonly T[], resourceVersion: '1' };
    },
    async create<T extends KubeObject>(resource: Resource, object: KubeObject) {
      call({ verb: 'create', resource: resourceName(resource) });
      return review(options, object) as unknown as T;
    },
    async raw(path) {
      call({ verb: 'get', resource: path });
      return 'ok';
    },
    async serverVersion() {
      call({ verb: 'get', resource: '/version' });
      return { gitVersion: version, major: '1', minor: '36' };
    },
    async resourceFor(kind) {
      const context = { cluster, verb: 'discover', resource: `${kind.kind}.${kind.group}` };
      const known = [...Object.values<Resource>(resources), ...also].find(
        (one) => one.group === kind.group && one.version === kind.version && one.kind === kind.kind,
      );
      if (known === undefined || without.includes(kind.kind))
        throw new NoMatchError(context, { message: `the server does not serve ${kind.kind}` });
      return known;
    },
    resources: unsupported,
    update: unsupported,
    apply: unsupported,
    patch: unsupported,
    delete: unsupported,
    watch: unsupported,
    invalidateDiscovery: () => undefined,
    close: async () => {
      closed = true;
    },
  };
}

function unsupported(): never {
  throw new Error('the command line only reads');
}

function review(
  { username = 'admin', allows = () => true, serverTime = ago(0) }: FakeKubeClientOptions,
  object: KubeObject,
): KubeObject {
  if (object.kind === 'SelfSubjectReview')
    return {
      ...object,
      metadata: { name: '', creationTimestamp: serverTime },
      status: { userInfo: { username, groups: ['system:authenticated'] } },
    };
  const { resourceAttributes } = object['spec'] as {
    readonly resourceAttributes: Readonly<Record<string, string>>;
  };
  return { ...object, status: { allowed: allows(resourceAttributes) } };
}

function regardingUid(object: KubeObject): string {
  return (object['regarding'] as { readonly uid?: string } | undefined)?.uid ?? '';
}

function selected(values: Readonly<Record<string, string>>, selector: string | undefined): boolean {
  return (
    selector === undefined ||
    selector.split(',').every((term) => {
      const [key = '', value] = term.split('=');
      return values[key] === value;
    })
  );
}
