import { type BuiltinCredentialsOptions, createBuiltinCredentials } from './builtin-credentials.ts';
import { createExecCredentials, type ExecCredentialsOptions } from './exec-credentials.ts';
import type { ExecInvocation } from './exec-invocation.ts';
import type { ObservedCredentials } from './refreshing-credentials.ts';

export type AccessCredentialsOptions = Omit<
  BuiltinCredentialsOptions & ExecCredentialsOptions,
  'invocation'
> & {
  readonly invocation: ExecInvocation;
};

/** Credentials for what resolveAccess found, by plugin or by built-in reader. Throws AccessError. */
export function createAccessCredentials({
  invocation,
  ...options
}: AccessCredentialsOptions): ObservedCredentials {
  return invocation.type === 'plugin'
    ? createExecCredentials({ ...options, invocation })
    : createBuiltinCredentials({ ...options, invocation });
}
