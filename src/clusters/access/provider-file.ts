import type * as z from 'zod';
import { describeIssue, fieldPath, issueMessage } from '../../kube/index.ts';
import { AccessError, type AccessErrorKind } from './access-error.ts';
import { type AccessProvider, builtinReaders, execApiVersions } from './access-provider.ts';
import { exactKeys } from './exact-keys.ts';
import { jsonPlace } from './json-place.ts';
import { type ExecFields, providerFileSchema } from './provider-file-schema.ts';

export interface ProviderFile {
  /** In the order of the file, which is the order in which they are tried. */
  readonly providers: readonly AccessProvider[];
  /** What is odd but not wrong; one sentence each. */
  readonly warnings: readonly string[];
}

type Path = readonly (string | number)[];
type Note = (path: Path, text: string) => void;

/**
 * Reads the access provider file of sigs.k8s.io/cluster-inventory-api/pkg/access: JSON, `{"providers": [{"name",
 * "execConfig", "profileSourcedCLIArgsPolicy", "profileSourcedEnvVarsPolicy"}]}`. What pkg/access would only notice for
 * single profiles, or never, is refused here. Beyond it, `command` may be `builtin:secretreader` or
 * `builtin:kubeconfig-secretreader`, and `execConfig.sha256` pins the program. Throws AccessError.
 */
export function parseProviderFile(text: string): ProviderFile {
  const warnings: string[] = [];
  const note: Note = (path, text) => void warnings.push(`${fieldPath(path)} ${text}`);
  const file = validate(exactKeys(readJson(text), providerFileSchema, note));
  const names = new Set<string>();
  const providers = file.providers.map((provider, index): AccessProvider => {
    const path = ['providers', index];
    const { name, execConfig, profileSourcedCLIArgsPolicy, profileSourcedEnvVarsPolicy } = provider;
    if (names.has(name)) throw refusal([...path, 'name'], `must be unique, and '${name}' is used twice`);
    names.add(name);
    return {
      name,
      exec: execOf(execConfig, [...path, 'execConfig'], note),
      argsPolicy: profileSourcedCLIArgsPolicy,
      envPolicy: profileSourcedEnvVarsPolicy,
    };
  });
  return { providers, warnings };
}

function execOf(fields: ExecFields, path: Path, note: Note): AccessProvider['exec'] {
  const { command, args, env, apiVersion, installHint, provideClusterInfo, sha256 } = fields;
  if (command.startsWith('builtin:')) {
    if (args.length > 0 || env.length > 0)
      note([...path, 'command'], `'${command}' runs inside the operator and takes no args and env`);
    if (sha256 !== undefined) note([...path, 'sha256'], 'has no effect: there is no program to pin');
    return builtinOf(command, path);
  }
  if (!isClean(command)) {
    const rule = `must be an absolute path without '.', '..' and empty parts, or ${builtins}, not '${command}'`;
    throw refusal([...path, 'command'], rule, 'PolicyDenied');
  }
  if (apiVersion == null)
    throw refusal([...path, 'apiVersion'], `must be one of '${execApiVersions.join("', '")}'`);
  if (!provideClusterInfo && /(secretreader-plugin|cp-creds)$/.test(command)) {
    const why = `must be true for '${command}' to work: it learns from it which Secret to read`;
    note([...path, 'provideClusterInfo'], why);
  }
  const unique = new Map(env.map(({ name, value }) => [name, value]));
  if (unique.size < env.length) note([...path, 'env'], 'sets a variable twice; the last value counts');
  if (unique.has('KUBERNETES_EXEC_INFO'))
    note([...path, 'env'], 'sets KUBERNETES_EXEC_INFO, which the operator overwrites');
  return {
    type: 'plugin',
    command,
    args,
    env: [...unique].map(([name, value]) => ({ name, value })),
    apiVersion,
    provideClusterInfo,
    installHint,
    ...(sha256 === undefined ? {} : { sha256 }),
  };
}

const builtins = builtinReaders.map((reader) => `'builtin:${reader}'`).join(' or ');

function builtinOf(command: string, path: Path): AccessProvider['exec'] {
  const reader = builtinReaders.find((known) => command === `builtin:${known}`);
  if (reader !== undefined) return { type: 'builtin', reader };
  throw refusal([...path, 'command'], `must be ${builtins}, or an absolute path, not '${command}'`);
}

/** Depends on no working directory, on no PATH, and not on where a `..` leads to. */
function isClean(command: string): boolean {
  const [root, ...parts] = command.split('/');
  return root === '' && parts.every((part) => part !== '' && part !== '.' && part !== '..');
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new AccessError('ConfigInvalid', `it must be JSON${jsonPlace(error)}`);
  }
}

function validate(value: unknown): z.output<typeof providerFileSchema> {
  const result = providerFileSchema.safeParse(value, { error: issueMessage });
  if (result.success) return result.data;
  throw new AccessError('ConfigInvalid', result.error.issues.slice(0, 3).map(describeIssue).join('; '));
}

function refusal(path: Path, problem: string, kind: AccessErrorKind = 'ConfigInvalid'): AccessError {
  return new AccessError(kind, `${fieldPath(path)} ${problem}`);
}
