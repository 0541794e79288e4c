import { load, YAMLException } from 'js-yaml';
import type * as z from 'zod';
import { KubeconfigError } from './kubeconfig-error.ts';
import { yamlReason } from './yaml-reason.ts';
import { describeIssue, issueMessage } from './kubeconfig-issue.ts';
import type { KubeconfigOrigin } from './kubeconfig-origin.ts';
import {
  type KubeconfigCluster,
  type KubeconfigContext,
  type KubeconfigUser,
  kubeconfigClusterSchema,
  kubeconfigContextSchema,
  kubeconfigSchema,
  kubeconfigUserSchema,
} from './kubeconfig-schema.ts';

/** One kubeconfig, or several merged ones. Entries are read only when they are asked for. */
export interface Kubeconfig {
  /** For messages: `kubeconfig /path`, or `kubeconfig in Secret namespace/name`. */
  readonly source: string;
  readonly currentContext: string | undefined;
  readonly contexts: ReadonlyMap<string, KubeconfigEntry>;
  readonly clusters: ReadonlyMap<string, KubeconfigEntry>;
  readonly users: ReadonlyMap<string, KubeconfigEntry>;
  /** True where the document itself, not a cluster or user, carries extensions. */
  readonly hasExtensions: boolean;
}

export interface KubeconfigEntry {
  readonly value: unknown;
  readonly origin: KubeconfigOrigin;
}

export interface SelectedContext {
  readonly name: string;
  readonly namespace: string | undefined;
  readonly cluster: KubeconfigCluster;
  readonly clusterOrigin: KubeconfigOrigin;
  /** Absent where the context names no user: the cluster is asked anonymously. */
  readonly user: KubeconfigUser | undefined;
  readonly userOrigin: KubeconfigOrigin;
}

export interface KubeconfigTextOrigin {
  readonly source: string;
  readonly directory?: string | undefined;
}

const largestKubeconfig = 4 << 20;

/** Reads the outer structure of a kubeconfig, in YAML or JSON. Throws KubeconfigError. */
export function parseKubeconfig(text: string, { source, directory }: KubeconfigTextOrigin): Kubeconfig {
  if (text.length > largestKubeconfig)
    throw new KubeconfigError('ConfigInvalid', source, 'it must not be larger than 4 MiB');
  const document = parsed(kubeconfigSchema, parseYaml(text, source), { source, directory, path: [] });
  const entries = (list: 'clusters' | 'contexts' | 'users', field: string): Map<string, KubeconfigEntry> => {
    const found = new Map<string, KubeconfigEntry>();
    for (const [index, item] of document[list].entries()) {
      if (found.has(item.name)) {
        const problem = `${list}[${index}].name must be unique, and '${item.name}' is used twice`;
        throw new KubeconfigError('ConfigInvalid', source, problem);
      }
      const path = [list, index, field];
      found.set(item.name, { value: item[field] ?? undefined, origin: { source, directory, path } });
    }
    return found;
  };
  return {
    source,
    currentContext: document['current-context'],
    contexts: entries('contexts', 'context'),
    clusters: entries('clusters', 'cluster'),
    users: entries('users', 'user'),
    hasExtensions: document.extensions.length > 0,
  };
}

/** The first kubeconfig that sets a value or defines a name wins, as kubectl merges the files of KUBECONFIG. */
export function mergeKubeconfigs(kubeconfigs: readonly Kubeconfig[]): Kubeconfig {
  const merge = (list: 'contexts' | 'clusters' | 'users'): Map<string, KubeconfigEntry> =>
    new Map(kubeconfigs.toReversed().flatMap((kubeconfig) => [...kubeconfig[list]]));
  return {
    source: kubeconfigs.map(({ source }) => source).join(', '),
    currentContext: kubeconfigs.find(({ currentContext }) => currentContext !== undefined)?.currentContext,
    contexts: merge('contexts'),
    clusters: merge('clusters'),
    users: merge('users'),
    hasExtensions: kubeconfigs.some(({ hasExtensions }) => hasExtensions),
  };
}

/** What counts in place of the cluster and the user that the context names. */
export interface ContextOverride {
  readonly cluster?: string | undefined;
  readonly user?: string | undefined;
}

/**
 * The named context, or the current one, with its cluster and user. As with kubectl, a cluster that is named needs no
 * context. Throws KubeconfigError.
 */
export function selectContext(
  kubeconfig: Kubeconfig,
  context: string | undefined,
  override: ContextOverride = {},
): SelectedContext {
  const found: Partial<KubeconfigContext> & { readonly name: string } =
    override.cluster !== undefined && context === undefined && kubeconfig.currentContext === undefined
      ? { name: override.cluster }
      : readContext(kubeconfig, context);
  const { name, namespace } = found;
  const { cluster: clusterName = found.cluster, user: userName = found.user } = override;
  const why = (asked: string | undefined): string =>
    asked === undefined ? `context '${name}' names it` : 'it was asked for';
  if (clusterName === undefined)
    throw new KubeconfigError('ConfigInvalid', kubeconfig.source, `context '${name}' must name a cluster`);
  const cluster = find(kubeconfig, 'clusters', clusterName, why(override.cluster));
  const user = userName === undefined ? undefined : find(kubeconfig, 'users', userName, why(override.user));
  return {
    name,
    namespace,
    cluster: parsed(kubeconfigClusterSchema, cluster.value ?? {}, cluster.origin),
    clusterOrigin: cluster.origin,
    user: user === undefined ? undefined : parsed(kubeconfigUserSchema, user.value ?? {}, user.origin),
    userOrigin: user?.origin ?? cluster.origin,
  };
}

/** The user of the named context, or of the current one, whatever its cluster. Throws KubeconfigError. */
export function selectUser(
  kubeconfig: Kubeconfig,
  context: string | undefined,
): { readonly name: string; readonly user: KubeconfigUser; readonly origin: KubeconfigOrigin } {
  const { name, user } = readContext(kubeconfig, context);
  if (user === undefined)
    throw new KubeconfigError('ConfigInvalid', kubeconfig.source, `context '${name}' must name a user`);
  const { value, origin } = find(kubeconfig, 'users', user, `context '${name}' names it`);
  return { name: user, user: parsed(kubeconfigUserSchema, value ?? {}, origin), origin };
}

/** The namespace that a context sets; undefined also where there is no such context. */
export function contextNamespace(kubeconfig: Kubeconfig): string | undefined {
  const entry = kubeconfig.contexts.get(kubeconfig.currentContext ?? '');
  const context = kubeconfigContextSchema.safeParse(entry?.value);
  return context.success ? context.data.namespace : undefined;
}

function readContext(
  kubeconfig: Kubeconfig,
  context: string | undefined,
): KubeconfigContext & { readonly name: string } {
  const name = context ?? kubeconfig.currentContext;
  if (name === undefined) {
    const problem = 'current-context must be set, or a context be named';
    throw new KubeconfigError('ConfigInvalid', kubeconfig.source, problem);
  }
  const { value, origin } = find(kubeconfig, 'contexts', name, 'it was asked for');
  return { ...parsed(kubeconfigContextSchema, value ?? {}, origin), name };
}

function find(
  kubeconfig: Kubeconfig,
  list: 'contexts' | 'clusters' | 'users',
  name: string,
  why: string,
): KubeconfigEntry {
  const entry = kubeconfig[list].get(name);
  if (entry !== undefined) return entry;
  const names = [...kubeconfig[list].keys()].slice(0, 5).map((known) => `'${known}'`);
  const there = names.length === 0 ? 'is empty' : `has ${names.join(', ')}`;
  const problem = `${list} must contain '${name}', because ${why}; it ${there}`;
  throw new KubeconfigError('ConfigInvalid', kubeconfig.source, problem);
}

function parseYaml(text: string, source: string): unknown {
  try {
    return load(text);
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const { mark } = error;
    const at = mark === undefined ? '' : ` at line ${mark.line + 1}, column ${mark.column + 1}`;
    throw new KubeconfigError('ConfigInvalid', source, `it must be YAML or JSON: ${yamlReason(error)}${at}`);
  }
}

function parsed<T extends z.ZodType>(schema: T, value: unknown, origin: KubeconfigOrigin): z.output<T> {
  const result = schema.safeParse(value, { error: issueMessage });
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const problem =
    issue === undefined
      ? 'it does not have the shape of a kubeconfig'
      : describeIssue({ ...issue, path: [...origin.path, ...issue.path] });
  throw new KubeconfigError('ConfigInvalid', origin.source, problem);
}
