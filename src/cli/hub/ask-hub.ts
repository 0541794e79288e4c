import { type Clock, systemClock } from '../../kube/index.ts';
import type { Call } from '../cli-command.ts';
import type { Asking } from './answer.ts';
import type { HubFlags } from './hub-options.ts';
import { type Hub, openHub, type OpenHub } from './open-hub.ts';

/** What commands that ask a hub work with. */
export interface HubServices {
  /** Opens hubs, and members as well: both are API servers of a kubeconfig. */
  readonly open: OpenHub;
  readonly clock: Clock;
}

export const hubServices: HubServices = { open: openHub, clock: systemClock };

/** Opens the hub for one question, tells while it is asked, and closes it whatever comes of it. */
export async function askHub<T>(
  call: Call<HubFlags>,
  { open, clock }: HubServices,
  question: (hub: Hub, asking: Asking) => Promise<T>,
): Promise<T> {
  const hub = await open(call.flags, call.host, { clock });
  try {
    return await whileAsking(call, { hub, clock }, () =>
      question(hub, { clock, signal: call.host.interruption() }),
    );
  } finally {
    await hub.close();
  }
}

/** Tells on stderr that the hub is being asked until it has answered. */
export async function whileAsking<T>(
  { terminal }: Pick<Call<unknown>, 'terminal'>,
  { hub, clock }: { readonly hub: Pick<Hub, 'context'>; readonly clock: Clock },
  question: () => Promise<T>,
): Promise<T> {
  const progress = terminal.startProgress(clock, {
    task: 'Asking the hub',
    done: 0,
    total: 1,
    waitingFor: [hub.context],
  });
  try {
    return await question();
  } finally {
    await progress.end();
  }
}
