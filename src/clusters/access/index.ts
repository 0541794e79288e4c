export { AccessError, type AccessErrorKind } from './access-error.ts';
export { type AccessCredentialsOptions, createAccessCredentials } from './access-credentials.ts';
export { type AccessProvider, type BuiltinReader, builtinReaders, type EnvVar } from './access-provider.ts';
export type { SecretWatch } from './builtin-credentials.ts';
export {
  type ClusterProfile,
  type OfferedProvider,
  type ProfileCondition,
  readClusterProfile,
} from './cluster-profile.ts';
export { inheritedEnvironment, wholeEnvironment } from './exec-environment.ts';
export type { ExecInvocation } from './exec-invocation.ts';
export { extensionNames } from './exec-extensions.ts';
export { ExecRunner, type ExecRunnerOptions } from './exec-runner.ts';
export { kubeconfigCredentials, type KubeconfigCredentialsOptions } from './kubeconfig-credentials.ts';
export type { PluginCommandRules } from './plugin-command.ts';
export { profileReadiness, type ProfileReadiness } from './profile-readiness.ts';
export { type LoadedProviderFile, loadProviderFile } from './provider-file-load.ts';
export {
  type ProviderFileChange,
  ProviderFileWatcher,
  type ProviderFileWatcherOptions,
} from './provider-file-watcher.ts';
export type {
  CredentialHooks,
  CredentialStats,
  FetchOutcome,
  ObservedCredentials,
} from './refreshing-credentials.ts';
export { resolveAccess, type ResolvedAccess } from './resolve-access.ts';
export { secretReference } from './secret-reference.ts';
export type { ProfileName, SecretReferenceRules } from './secret-reference-rules.ts';
export { createServerPolicy, type ServerPolicy, type ServerPolicyOptions } from './server-policy.ts';
