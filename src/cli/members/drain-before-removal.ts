import type { KubeClient } from '../../kube/index.ts';
import type { Call } from '../cli-command.ts';
import { CliError } from '../failure/cli-error.ts';
import type { HubServices } from '../hub/ask-hub.ts';
import type { FleetMember } from '../hub/fleet-members.ts';
import { plainText } from '../terminal/plain-text.ts';
import { annotate } from './drain-member.ts';
import { drainPlace, notDrainable } from './find-member.ts';
import type { RemoveFlags } from './member-flags.ts';
import type { Registration } from './registration.ts';
import { remainders, untilEmpty } from './until-empty.ts';

export interface RegisteredMember extends Registration {
  /** As the operator tells of it; undefined where it does not. */
  readonly told: FleetMember | undefined;
}

/**
 * Has everything moved away from the member that one provider has under a name, and from no other of that name. Throws
 * CliError, KubeError.
 */
export async function drainBeforeRemoval(
  client: KubeClient,
  { flags, host, terminal }: Call<RemoveFlags>,
  { name, namespace, provider, told }: RegisteredMember,
  { clock }: Pick<HubServices, 'clock'>,
): Promise<void> {
  const signal = host.interruption();
  if (told === undefined && provider === 'file')
    throw new CliError({
      problem: `The operator tells of no member '${name}' in a mounted file, so that nobody can say what runs there.`,
      fix: 'see whether the operator runs and has the Secret mounted, or repeat without --drain',
      state: 'nothing was changed',
      code: 'WW5011',
      exit: 'negative',
    });
  const member = told ?? { name, id: name, provider };
  if (member.name !== name) {
    // Another member has its name: only objects that use its id can have anything there.
    const left = await remainders(client, member, signal);
    if (left.length > 0) throw notDrainable(member.name, 'another member has its name');
    terminal.err.line(
      `! ${plainText(member.name)} is masked by the member that has its name: nothing runs there`,
    );
    return;
  }
  const found = await drainPlace(client, namespace, member, signal);
  await annotate(client, found, found.value, signal);
  await untilEmpty(client, { member, namespace, waitMs: flags.wait, clock, signal, terminal });
}
