/** The versions of client.authentication.k8s.io that client-go accepts. */
export const execApiVersions = [
  'client.authentication.k8s.io/v1',
  'client.authentication.k8s.io/v1beta1',
] as const;

export type ExecApiVersion = (typeof execApiVersions)[number];

export interface EnvVar {
  readonly name: string;
  readonly value: string;
}

/** A reader that runs inside this process, in place of the plugin of the same name. */
export const builtinReaders = ['secretreader', 'kubeconfig-secretreader'] as const;

export type BuiltinReader = (typeof builtinReaders)[number];

export interface PluginConfig {
  readonly type: 'plugin';
  /** An absolute, clean path. */
  readonly command: string;
  readonly args: readonly string[];
  /** Names are unique. */
  readonly env: readonly EnvVar[];
  readonly apiVersion: ExecApiVersion;
  readonly provideClusterInfo: boolean;
  readonly installHint: string | undefined;
  /** SHA-256 that the program must have, in lower-case hexadecimal. */
  readonly sha256?: string | undefined;
}

interface BuiltinConfig {
  readonly type: 'builtin';
  readonly reader: BuiltinReader;
}

/** One entry of the provider file: how credentials are got where a ClusterProfile offers a provider of this name. */
export interface AccessProvider {
  readonly name: string;
  readonly exec: PluginConfig | BuiltinConfig;
  /** Whether a profile may add arguments. */
  readonly argsPolicy: 'Append' | 'Ignore';
  /** Whether a profile may add environment variables, and who wins where both set one. */
  readonly envPolicy: 'AppendIfNotExists' | 'Replace' | 'Ignore';
}
