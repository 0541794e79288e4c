import { KubeError, type KubeClient, NoMatchError, NotFoundError } from '../../../../kube/index.ts';
import type { HubObjects, SourceKind } from '../triggers/hub-objects.ts';
import { TriggerError } from '../triggers/trigger.ts';
import { readAuthentication, type Reference } from './authentication.ts';

export interface AuthenticationServices {
  readonly client: KubeClient;
  readonly objects: HubObjects;
  /** Where the Secrets and ConfigMaps of ClusterTriggerAuthentications are. */
  readonly clusterNamespace: string;
}

export interface AuthenticationRef {
  readonly name: string;
  readonly kind?: string | undefined;
}

/** What an authentication gives to a trigger. */
export interface Authenticated {
  readonly parameters: Readonly<Record<string, string>>;
  /** Parameters that it reads from variables of the workload, which the hub does not have: left out, as with KEDA. */
  readonly leftOut: readonly string[];
}

/**
 * The parameters that an authentication gives to the trigger at `place`. Secrets come last, as with KEDA, so that they win
 * over ConfigMaps. Throws TriggerError for everything else that is missing: what a trigger would do without is not what was
 * meant.
 */
export async function authenticate(
  ref: AuthenticationRef,
  { place, namespace }: { readonly place: string; readonly namespace: string },
  services: AuthenticationServices,
  signal: AbortSignal,
): Promise<Authenticated> {
  const isCluster = ref.kind === 'ClusterTriggerAuthentication';
  const kind = isCluster ? 'ClusterTriggerAuthentication' : 'TriggerAuthentication';
  const what = `the ${kind} ${isCluster ? '' : `${namespace}/`}${ref.name} of ${place}`;
  const object = await find(
    { kind, what, name: ref.name, namespace: isCluster ? undefined : namespace },
    services,
    signal,
  );
  const authentication = readAuthentication(object);
  if (authentication === undefined) throw new TriggerError(`${what} has a spec that is not understood`);
  if (authentication.unsupported.length > 0)
    throw new TriggerError(
      `${what} uses ${authentication.unsupported.join(', ')}: the builtin engine has secretTargetRef and configMapTargetRef`,
    );
  const from = isCluster ? services.clusterNamespace : namespace;
  const read = (source: SourceKind, reference: Reference): Promise<string> =>
    valueOf(source, reference, { what, namespace: from }, services, signal);
  const [configMaps, secrets] = await Promise.all([
    Promise.all(
      authentication.configMaps.map(async (one) => [one.parameter, await read('ConfigMap', one)] as const),
    ),
    Promise.all(
      authentication.secrets.map(async (one) => [one.parameter, await read('Secret', one)] as const),
    ),
  ]);
  const parameters = Object.fromEntries([...configMaps, ...secrets]);
  const leftOut = authentication.variables.filter((name) => !Object.hasOwn(parameters, name));
  return { parameters, leftOut };
}

interface Wanted {
  readonly kind: string;
  readonly what: string;
  readonly name: string;
  readonly namespace: string | undefined;
}

async function find(
  { kind, what, name, namespace }: Wanted,
  { client }: AuthenticationServices,
  signal: AbortSignal,
): Promise<unknown> {
  try {
    const resource = await client.resourceFor({ group: 'keda.sh', version: 'v1alpha1', kind }, { signal });
    return (await client.get(resource, { namespace, name }, { signal }))['spec'];
  } catch (error) {
    if (error instanceof NoMatchError)
      throw new TriggerError(
        `${what} cannot be read: the hub does not serve this kind; install its definition`,
        {
          cause: error,
        },
      );
    if (error instanceof NotFoundError) throw new TriggerError(`${what} does not exist`, { cause: error });
    if (error instanceof KubeError)
      throw new TriggerError(`${what} cannot be read: ${error.name}`, { cause: error });
    throw error;
  }
}

async function valueOf(
  kind: SourceKind,
  { name, key }: Reference,
  { what, namespace }: { readonly what: string; readonly namespace: string },
  { objects }: AuthenticationServices,
  signal: AbortSignal,
): Promise<string> {
  const data = await objects.data(kind, { namespace, name }, signal).catch((error: unknown) => {
    if (!(error instanceof KubeError)) throw error;
    throw new TriggerError(
      `${what} needs the ${kind} ${namespace}/${name}, which cannot be read: ${error.name}`,
      {
        cause: error,
      },
    );
  });
  if (data === undefined)
    throw new TriggerError(`${what} needs the ${kind} ${namespace}/${name}, which does not exist`);
  const content = Object.hasOwn(data, key) ? data[key] : undefined;
  if (typeof content !== 'string')
    throw new TriggerError(`${what} needs the key '${key}' of the ${kind} ${namespace}/${name}`);
  return kind === 'Secret' ? Buffer.from(content, 'base64').toString('utf8') : content;
}
