import type { HubFlags } from '../hub/hub-options.ts';
import type { OutputFlags } from '../terminal/output-options.ts';
import type { RegistrationProvider } from './registration-provider.ts';

/** By which names a command about members was called: ours, or those of the reference. */
export type Spelling = 'own' | 'compat';

/** Where the hub is, in either spelling. */
export interface MemberHubFlags extends HubFlags, OutputFlags {
  readonly kedaKubeconfig?: string;
  readonly kedaContext?: string;
}

/** Where the member is. */
export interface MemberPlaceFlags {
  readonly memberKubeconfig?: string;
  readonly memberContext?: string;
}

export interface AddFlags extends MemberHubFlags, MemberPlaceFlags {
  readonly memberApiUrl?: string;
  readonly caFile?: string;
  readonly tlsServerName?: string;
  readonly provider?: RegistrationProvider;
  /** Milliseconds. */
  readonly wait: number;
  readonly dryRun?: 'client' | 'server';
  /** The kubeconfig that the hub shall use as it is. */
  readonly fromFile?: string;
  /** Print manifests: all of them, or the role only. */
  readonly asYaml?: true | 'rbac';
  readonly minimalRbac?: boolean;
  readonly showSecrets?: boolean;
  readonly yes?: boolean;
}

export interface ListFlags extends MemberHubFlags {
  readonly output: 'table' | 'wide' | 'json' | 'yaml' | 'name';
  readonly allowEmpty?: boolean;
}

export interface RemoveFlags extends MemberHubFlags, MemberPlaceFlags {
  readonly provider?: RegistrationProvider;
  readonly drain?: boolean;
  /** Milliseconds. */
  readonly wait: number;
  readonly cleanupMember?: boolean;
  readonly yes?: boolean;
  /** Absent by the names of the reference. */
  readonly confirm?: string;
}

export interface DrainFlags extends MemberHubFlags {
  /** Milliseconds; 0 waits for nothing. Absent where there is nothing to wait for. */
  readonly wait?: number;
  readonly confirm?: string;
}
