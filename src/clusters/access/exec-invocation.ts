import type { Endpoint } from '../../kube/index.ts';
import type { BuiltinReader, EnvVar, ExecApiVersion } from './access-provider.ts';

/** How the credential for one cluster is got: everything that decides it, and nothing that does not. */
export type ExecInvocation = PluginInvocation | BuiltinInvocation;

export interface PluginInvocation {
  readonly type: 'plugin';
  /** An absolute path. */
  readonly command: string;
  readonly args: readonly string[];
  /** Set in addition to what the plugin inherits. */
  readonly env: readonly EnvVar[];
  readonly apiVersion: ExecApiVersion;
  /** Told to the plugin; absent where `provideClusterInfo` is false. */
  readonly clusterInfo: ClusterInfo | undefined;
  readonly installHint: string | undefined;
  /** SHA-256 that the program must have, in lower-case hexadecimal. */
  readonly sha256?: string | undefined;
}

export interface ClusterInfo {
  readonly endpoint: Endpoint;
  /** The value of the extension client.authentication.k8s.io/exec, as it is. */
  readonly config?: unknown;
}

export interface BuiltinInvocation {
  readonly type: 'builtin';
  readonly reader: BuiltinReader;
  /** The value of the extension client.authentication.k8s.io/exec, as it is. */
  readonly config: unknown;
}
