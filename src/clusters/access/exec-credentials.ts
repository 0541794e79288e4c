import type { Clock } from '../../kube/index.ts';
import type { PluginInvocation } from './exec-invocation.ts';
import { parseExecOutput } from './exec-output.ts';
import { type ExecRunner, pluginLabel } from './exec-runner.ts';
import {
  type CredentialHooks,
  type ObservedCredentials,
  RefreshingCredentials,
} from './refreshing-credentials.ts';

export interface ExecCredentialsOptions {
  /** The name of the access provider, for metrics. */
  readonly provider: string;
  /** The name of the cluster, for messages. */
  readonly cluster: string;
  readonly invocation: PluginInvocation;
  readonly runner: Pick<ExecRunner, 'run'>;
  readonly clock: Clock;
  readonly random?: (() => number) | undefined;
  readonly hooks?: CredentialHooks | undefined;
}

/**
 * Credentials from an exec plugin, cached as client-go does and better: run with a time limit, once for all who wait,
 * ahead of expiry, and again after a 401. `close` kills what runs.
 */
export function createExecCredentials(options: ExecCredentialsOptions): ObservedCredentials {
  const { invocation, runner, clock, ...rest } = options;
  const plugin = pluginLabel(invocation.command);
  return new RefreshingCredentials({
    ...rest,
    clock,
    fetch: async (signal) =>
      parseExecOutput(await runner.run(invocation, signal), invocation.apiVersion, plugin, clock.now()),
  });
}
