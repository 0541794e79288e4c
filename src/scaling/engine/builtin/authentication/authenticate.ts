import { KubeError, type KubeClient, NoMatchError, NotFoundError } from '../../../../kube/index.ts';
import type { HubObjects, SourceKind } from '../triggers/hub-objects.ts';
import { TriggerError } from '../triggers/trigger.ts';
import { type Authentication, readAuthentication, type Reference } from './authentication.ts';
import { podVariable } from './pod-variables.ts';
import type { WorkloadTemplate } from './workload-template.ts';

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

/** Whom an authentication is for. */
export interface Authenticating {
  /** The trigger, for messages: `triggers[0]`. */
  readonly place: string;
  /** Of the object. */
  readonly namespace: string;
  /** Of the workload that is scaled; throws TriggerError. */
  readonly templateOf: (signal: AbortSignal) => Promise<WorkloadTemplate>;
}

/** A parameter from a variable of the workload that nobody here can know. */
export interface LeftOut {
  readonly parameter: string;
  readonly why: string;
}

/** What an authentication gives to a trigger. */
export interface Authenticated {
  readonly parameters: Readonly<Record<string, string>>;
  /** As with KEDA where the target has no containers. */
  readonly leftOut: readonly LeftOut[];
}

/**
 * The parameters that an authentication gives to the trigger at `place`. Secrets come last, as with KEDA, so that they win
 * over ConfigMaps, and these over variables of the workload. Throws TriggerError for everything else that is missing: what a trigger would do without is not what was
 * meant.
 */
export async function authenticate(
  ref: AuthenticationRef,
  { place, namespace, templateOf }: Authenticating,
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
      `${what} uses ${authentication.unsupported.join(', ')}: the builtin engine has secretTargetRef, configMapTargetRef and env`,
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
  const given = Object.fromEntries([...configMaps, ...secrets]);
  const wanted = authentication.variables.filter(({ parameter }) => !Object.hasOwn(given, parameter));
  if (wanted.length === 0) return { parameters: given, leftOut: [] };
  const found = await fromWorkload(wanted, { what, namespace, templateOf }, services, signal);
  return { parameters: { ...found.parameters, ...given }, leftOut: found.leftOut };
}

/** Secrets and ConfigMaps of a pod are those of its own namespace, whatever the authentication is. */
async function fromWorkload(
  wanted: Authentication['variables'],
  { what, namespace, templateOf }: Omit<Authenticating, 'place'> & { readonly what: string },
  { objects }: AuthenticationServices,
  signal: AbortSignal,
): Promise<Authenticated> {
  const workload = await templateOf(signal);
  if ('why' in workload)
    return { parameters: {}, leftOut: wanted.map(({ parameter }) => ({ parameter, why: workload.why })) };
  const by = `${what}: ${workload.what}`;
  const found = await Promise.all(
    wanted.map(async ({ parameter, ...variable }) => {
      const read = async (
        kind: SourceKind,
        name: string,
      ): Promise<Readonly<Record<string, string>> | undefined> => {
        const data = await dataOf(kind, { namespace, name }, { by, objects }, signal);
        return data === undefined ? undefined : decoded(kind, data);
      };
      return { parameter, ...(await podVariable(workload.template, variable, by, read)) };
    }),
  );
  return {
    parameters: Object.fromEntries(
      found.flatMap((one) => ('value' in one ? [[one.parameter, one.value] as const] : [])),
    ),
    leftOut: found.flatMap((one) => ('why' in one ? [{ parameter: one.parameter, why: one.why }] : [])),
  };
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
        `${what} cannot be read: the hub does not serve this kind; wheelwright crds --for triggers prints its definition`,
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
  const data = await dataOf(kind, { namespace, name }, { by: what, objects }, signal);
  if (data === undefined)
    throw new TriggerError(`${what} needs the ${kind} ${namespace}/${name}, which does not exist`);
  const value = Object.hasOwn(data, key) ? decoded(kind, { [key]: data[key] })[key] : undefined;
  if (value === undefined)
    throw new TriggerError(`${what} needs the key '${key}' of the ${kind} ${namespace}/${name}`);
  return value;
}

/** Undefined where there is no such object. Throws TriggerError where it cannot be read. */
async function dataOf(
  kind: SourceKind,
  { namespace, name }: { readonly namespace: string; readonly name: string },
  { by, objects }: { readonly by: string; readonly objects: HubObjects },
  signal: AbortSignal,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  try {
    return await objects.data(kind, { namespace, name }, signal);
  } catch (error) {
    if (!(error instanceof KubeError)) throw error;
    throw new TriggerError(
      `${by} needs the ${kind} ${namespace}/${name}, which cannot be read: ${error.name}`,
      {
        cause: error,
      },
    );
  }
}

function decoded(
  kind: SourceKind,
  data: Readonly<Record<string, unknown>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(data).flatMap(([key, content]) => {
      if (typeof content !== 'string') return [];
      return [[key, kind === 'Secret' ? Buffer.from(content, 'base64').toString('utf8') : content]];
    }),
  );
}
