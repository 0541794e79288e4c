import { type Clock, DeadlineExceeded, type KubeClient, KubeError, withDeadline } from '../../kube/index.ts';
import { CliError } from '../failure/cli-error.ts';
import type { FleetMember } from '../hub/fleet-members.ts';
import { givenNow } from '../simulate/object-on-hub.ts';
import { play } from '../simulate/play.ts';
import { readObject } from './extras.ts';
import type { Outcome } from './pages/simulation-page.ts';
import type { SimulationPlace } from './place.ts';

/** For the hub's answer and the play together; a page shall not keep this process busy for longer. */
const deadlineMs = 10_000;
/** As `simulate` has it. */
const startMs = 5_000;

export interface Simulating {
  readonly members: readonly FleetMember[];
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Plays what a place asks for, from how its object is now. Throws the signal's reason only. */
export async function simulatePlace(
  client: KubeClient,
  place: SimulationPlace,
  { members, clock, signal }: Simulating,
): Promise<Outcome> {
  const { down, total, minutes } = place;
  const flags = {
    for: minutes * 60_000,
    start: startMs,
    ...(down === '' ? {} : { down: [down] }),
    ...(total === undefined ? {} : { total }),
  };
  try {
    const played = await withDeadline(deadlineMs, signal, async (until) =>
      play(givenNow(await readObject(client, place, until), members, clock.now()), flags, until),
    );
    return { kind: 'played', played };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof DeadlineExceeded)
      return { kind: 'refused', why: 'It takes too long to be played here: the command below has the time.' };
    if (error instanceof CliError || error instanceof KubeError)
      return { kind: 'refused', why: error.message };
    throw error;
  }
}
