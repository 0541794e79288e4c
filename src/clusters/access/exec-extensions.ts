import * as z from 'zod';
import { issueMessage } from '../../kube/index.ts';
import { AccessError } from './access-error.ts';
import type { AccessProvider, EnvVar } from './access-provider.ts';

/** Names of extensions of an offered cluster that mean something; others belong to somebody else. */
export const extensionNames = {
  execConfig: 'client.authentication.k8s.io/exec',
  args: 'clusterprofiles.multicluster.x-k8s.io/exec/additional-args',
  env: 'clusterprofiles.multicluster.x-k8s.io/exec/additional-envs',
} as const;

const most = 64;
const longest = 4096;

const entry = z
  .string()
  .max(longest, `must not be longer than ${longest} characters`)
  .refine((value) => !value.includes('\0'), 'must not contain a NUL character');
const argList = z.array(entry).max(most, `must not have more than ${most} entries`);
const envMap = z.record(
  z.string().regex(/^[A-Za-z_][A-Za-z0-9_.-]*$/),
  entry.nullable().transform((value) => value ?? ''),
);

/**
 * The arguments a profile adds: a list of strings, or an object around it, because the schema of v1alpha1 demands an
 * object and API servers refuse the list that KEP-4322 shows. Not even looked at unless the policy is Append.
 * Throws AccessError.
 */
export function additionalArgs(
  extensions: ReadonlyMap<string, unknown>,
  policy: AccessProvider['argsPolicy'],
): readonly string[] {
  if (policy === 'Ignore') return [];
  const value = unwrapList(extensions.get(extensionNames.args)) ?? [];
  return parse(argList, value, extensionNames.args, 'a list of strings, or {args: [...]}');
}

function unwrapList(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const wrapper = value as Readonly<Record<string, unknown>>;
  return wrapper['args'] ?? wrapper['items'] ?? wrapper['values'] ?? value;
}

/**
 * The environment of the plugin: what the provider file sets, in its order, then what the profile adds, sorted. Where
 * both set a variable, AppendIfNotExists keeps the file's value and Replace takes the profile's. Throws AccessError.
 */
export function mergeEnv(
  configured: readonly EnvVar[],
  extensions: ReadonlyMap<string, unknown>,
  policy: AccessProvider['envPolicy'],
): readonly EnvVar[] {
  if (policy === 'Ignore') return configured;
  const value = extensions.get(extensionNames.env) ?? {};
  const added = new Map(Object.entries(parse(envMap, value, extensionNames.env, 'an object of strings')));
  const names = [...added.keys()];
  if (names.length > most) throw invalid(extensionNames.env, `must not have more than ${most} entries`);
  const denied = names.filter((name) => isDenied(name)).sort();
  if (denied.length > 0) {
    const problem = `extension ${extensionNames.env} must not set ${denied.join(', ')}`;
    throw new AccessError('PolicyDenied', problem);
  }
  const local = new Set(configured.map(({ name }) => name));
  return [
    ...configured.map(({ name, value }) => ({
      name,
      value: policy === 'Replace' ? (added.get(name) ?? value) : value,
    })),
    ...names
      .filter((name) => !local.has(name))
      .sort()
      .map((name) => ({ name, value: added.get(name) ?? '' })),
  ];
}

/**
 * Variables that would let a profile run code in the plugin, or send it and the operator's own credential elsewhere:
 * refused whatever the policy.
 */
const deniedNames = new Set([
  'PATH',
  'ENV',
  'BASH_ENV',
  'KUBECONFIG',
  'KUBERNETES_EXEC_INFO',
  'JAVA_TOOL_OPTIONS',
]);
const deniedPrefixes = ['LD_', 'DYLD_', 'NODE_', 'PYTHON', 'PERL', 'RUBY', 'KUBERNETES_SERVICE_'];

function isDenied(name: string): boolean {
  return deniedNames.has(name) || deniedPrefixes.some((prefix) => name.startsWith(prefix));
}

function parse<T extends z.ZodType>(
  schema: T,
  value: unknown,
  extension: string,
  shape: string,
): z.output<T> {
  const result = schema.safeParse(value, { error: issueMessage });
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw invalid(extension, `must be ${shape}${issue === undefined ? '' : detail(issue)}`);
}

/** Never the entry itself: it may be secret. */
function detail(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_key':
      return '; a name must have letters, digits, _, . and - only, and begin with a letter or _';
    case 'too_big':
    case 'custom':
      return `; ${issue.path.length === 0 ? 'it' : 'an entry'} ${issue.message}`;
    default:
      return '';
  }
}

function invalid(extension: string, problem: string): AccessError {
  return new AccessError('ConfigInvalid', `extension ${extension} ${problem}`);
}
