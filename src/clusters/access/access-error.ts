/**
 * Why a cluster cannot be accessed. The strings are stable: they stand in conditions, in the label `outcome` of metrics,
 * and in tests.
 */
export type AccessErrorKind =
  /** The provider file, or what a ClusterProfile offers, is not as it must be. */
  | 'ConfigInvalid'
  /** None of the providers that the profile offers is configured. */
  | 'ProviderNotMatched'
  /** The provider is there, but its manager has not filled in a server yet (KubeFleet does so in two steps). */
  | 'NotOfferedYet'
  | 'PolicyDenied'
  | 'PluginNotFound'
  | 'PluginNotExecutable'
  /** This machine is short of processes, files or memory; tried again. */
  | 'PluginSpawnFailed'
  | 'PluginTimeout'
  | 'PluginExit'
  | 'PluginSignal'
  | 'PluginOutputInvalid'
  | 'PluginOutputTooLarge'
  | 'VersionMismatch'
  | 'CredentialIncomplete'
  | 'CredentialInvalid'
  | 'ExpiredOnArrival'
  | 'ExecInfoTooLarge'
  | 'SecretNotFound'
  | 'SecretKeyMissing'
  /** The hub did not let the Secret be read; the cause says why. */
  | 'SecretUnreadable'
  | 'Closed';

export interface AccessErrorOptions extends ErrorOptions {
  /** How long the plugin ran. Not part of the message, so that a status which shows it does not change every time. */
  readonly durationMs?: number | undefined;
}

/** Everything that access to a cluster can fail with before its API server is asked. */
export class AccessError extends Error {
  override readonly name = 'AccessError';
  readonly kind: AccessErrorKind;
  readonly durationMs: number | undefined;

  constructor(kind: AccessErrorKind, message: string, options: AccessErrorOptions = {}) {
    super(message, options);
    this.kind = kind;
    this.durationMs = options.durationMs;
  }

  /** The same failure with what could not be done because of it in front. */
  about(task: string): AccessError {
    return new AccessError(this.kind, `${task}: ${this.message}`, {
      cause: this,
      durationMs: this.durationMs,
    });
  }
}
