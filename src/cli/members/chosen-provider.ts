import { type HubRegistration, providersOf } from './hub-registration.ts';
import type { RegistrationProvider } from './registration-provider.ts';
import type { Spelling } from './member-flags.ts';

/**
 * Where a member is registered: as asked for, else where it is already, else in a Secret of its own, which the operator
 * takes up at once and which no upgrade of a chart empties. Called by a name of the reference, the bundled Secret is used
 * where there is one: scripts and backups of its users expect it there.
 */
export function chosenProvider(
  asked: RegistrationProvider | undefined,
  registration: HubRegistration,
  spelling: Spelling,
): RegistrationProvider {
  const [already] = providersOf(registration);
  const usual = spelling === 'compat' && registration.bundled !== 'absent' ? 'file' : 'kubeconfig';
  return asked ?? already ?? usual;
}
