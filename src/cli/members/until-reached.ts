import { type Clock, type KubeClient, NoMatchError } from '../../kube/index.ts';
import { CliError } from '../failure/cli-error.ts';
import { type FleetMember, readFleet } from '../hub/fleet-members.ts';
import { humanDuration } from '../terminal/human-duration.ts';
import { isRegistered, type Registration } from './registration.ts';
import type { TellWaiting } from './steps.ts';

export interface ReachOptions extends Registration {
  /** The mark of the kubeconfig that was registered: what is said of one before it does not count. */
  readonly credential: string | undefined;
  readonly waitMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly tell: TellWaiting;
}

const lookMs = 500;

/**
 * Resolves once the operator says that it has reached the member, with how long that took. Throws CliError with what the
 * operator says instead when the time is over, and at once where the hub has no way to say anything.
 */
export async function untilReached(client: KubeClient, options: ReachOptions): Promise<string> {
  const { name, namespace, waitMs, clock, signal, tell } = options;
  const startedAt = clock.monotonic();
  for (;;) {
    const { found, hindrance } = await look(client, options);
    const elapsed = clock.monotonic() - startedAt;
    const isTold = found !== undefined && found.credential === options.credential;
    if (isTold && found.state === 'Ready') return `after ${humanDuration(elapsed)}`;
    const said = found === undefined ? hindrance : (found.info ?? found.state);
    if (elapsed >= waitMs) throw isTold ? notReached(options, said) : notSeen(options, found, said);
    const before = found === undefined || isTold ? '' : 'of the kubeconfig before: ';
    tell(`the operator of namespace ${namespace}; ${name}: ${before}${said ?? 'not seen yet'}`);
    await clock.sleep(Math.min(lookMs, waitMs - elapsed), signal);
  }
}

async function look(
  client: KubeClient,
  options: ReachOptions,
): Promise<{ readonly found: FleetMember | undefined; readonly hindrance: string | undefined }> {
  const { namespace, provider, signal } = options;
  try {
    const { members, unread } = await readFleet(client, namespace, signal);
    return {
      found: members.find((member) => isRegistered(member, options)),
      hindrance: unread.find((source) => source.provider === provider)?.why,
    };
  } catch (error) {
    if (!(error instanceof NoMatchError)) throw error;
    throw new CliError({
      problem: 'The hub cannot say whether it reaches the member: it does not serve KedifyConfigurations.',
      fix: 'install the operator with its definitions; the member is taken up as soon as it runs',
      code: 'WW1101',
      exit: 'negative',
    });
  }
}

/** The operator has tried it. */
function notReached({ name, waitMs }: ReachOptions, said: string | undefined): CliError {
  return new CliError({
    problem: `The hub does not reach ${name} after ${humanDuration(waitMs)}.`,
    cause: said,
    fix: 'give the address that the hub should use with --member-api-url, the name in its certificate with --tls-server-name, or the authority that signed it with --ca-file',
    code: 'WW2007',
    exit: 'negative',
  });
}

/** The operator has not come to it, or cannot use it. */
function notSeen(
  { name, namespace, waitMs }: ReachOptions,
  found: Pick<FleetMember, 'credential'> | undefined,
  said: string | undefined,
): CliError {
  const time = humanDuration(waitMs);
  const about = found?.credential === undefined ? '' : 'it says of the one before: ';
  return new CliError({
    problem:
      found === undefined
        ? `No operator has seen member ${name} within ${time}.`
        : `The operator has not tried the new kubeconfig of ${name} within ${time}.`,
    cause: said === undefined ? undefined : `${about}${said}`,
    fix: `see whether one runs and looks into namespace ${namespace}, with members switched on; give it more time with --wait`,
    code: 'WW5005',
    exit: 'deadline',
  });
}
