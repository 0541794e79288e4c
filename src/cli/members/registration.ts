import { canonicalId, type FleetMember } from '../hub/fleet-members.ts';
import { bundledKey } from './hub-registration.ts';
import { agentName } from './member-objects.ts';
import type { RegistrationProvider } from './registration-provider.ts';

/** What one provider has under a name, in the namespace of the operator. */
export interface Registration {
  readonly name: string;
  readonly namespace: string;
  readonly provider: RegistrationProvider;
}

/** Whether a member that the operator tells of is the one of this registration; what another provider has under the name is not. */
export function isRegistered(
  member: FleetMember,
  { name, provider }: Omit<Registration, 'namespace'>,
): boolean {
  if (member.provider !== undefined && member.provider !== provider) return false;
  if (member.name === name) return true;
  const id = canonicalId(member);
  return provider === 'kubeconfig'
    ? id === `kubeconfig#${name}`
    : id?.startsWith('file#') === true &&
        (id.endsWith(`+${agentName}@${name}`) || id.includes(`/${bundledKey(name)}+`));
}
