import { constants, access } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';
import {
  type Clock,
  type CredentialSource,
  fixedCredential,
  type KubeconfigConnection,
  type KubeconfigExec,
  tokenFile,
} from '../../kube/index.ts';
import { AccessError } from './access-error.ts';
import { createExecCredentials } from './exec-credentials.ts';
import { extensionNames } from './exec-extensions.ts';
import type { PluginInvocation } from './exec-invocation.ts';
import type { ExecRunner } from './exec-runner.ts';

export interface KubeconfigCredentialsOptions {
  /** The name of the cluster, for messages. */
  readonly cluster: string;
  readonly runner: Pick<ExecRunner, 'run'>;
  /** Where commands without a slash are looked for. */
  readonly path: string;
  readonly clock: Clock;
}

/** Credentials for the user of a kubeconfig. Throws AccessError where the command of its plugin is not in PATH. */
export async function kubeconfigCredentials(
  connection: KubeconfigConnection,
  options: KubeconfigCredentialsOptions,
): Promise<CredentialSource> {
  const { auth } = connection;
  switch (auth.type) {
    case 'anonymous':
      return fixedCredential({});
    case 'fixed':
      return fixedCredential(auth.credential);
    case 'tokenFile':
      return tokenFile({ path: auth.path, fallback: auth.fallback, clock: options.clock });
    case 'exec':
      return createExecCredentials({
        ...options,
        provider: 'kubeconfig',
        invocation: await invocationOf(auth.exec, connection, options.path),
      });
  }
}

async function invocationOf(
  exec: KubeconfigExec,
  { endpoint, extensions }: KubeconfigConnection,
  path: string,
): Promise<PluginInvocation> {
  const config = extensions.get(extensionNames.execConfig);
  return {
    type: 'plugin',
    command: exec.command.includes('/') ? exec.command : await findCommand(exec, path),
    args: exec.args,
    env: exec.env,
    apiVersion: exec.apiVersion,
    clusterInfo: exec.provideClusterInfo ? { endpoint, ...(config == null ? {} : { config }) } : undefined,
    installHint: exec.installHint,
  };
}

/** As a shell would look, but never in the working directory. */
async function findCommand({ command, installHint }: KubeconfigExec, path: string): Promise<string> {
  for (const directory of path.split(delimiter).filter((entry) => isAbsolute(entry))) {
    const candidate = join(directory, command);
    const found = await access(candidate, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found) return candidate;
  }
  const hint = installHint === undefined ? '' : `. ${installHint}`;
  throw new AccessError('PluginNotFound', `there is no plugin '${command}' in PATH${hint}`);
}
