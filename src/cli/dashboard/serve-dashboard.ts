import { randomBytes } from 'node:crypto';
import { underEither } from '../../delivery/index.ts';
import { type CheckServices, usualCheckServices } from '../check/run-checks.ts';
import type { Call } from '../cli-command.ts';
import { suggestedCommand } from '../command-line/suggested-command.ts';
import type { ExitName } from '../exit-codes.ts';
import { usageError } from '../failure/cli-error.ts';
import { spokeAccess } from '../hub/spoke-access.ts';
import { plainText } from '../terminal/plain-text.ts';
import { tokenParameter } from './admission.ts';
import { Board } from './board.ts';
import type { DashboardFlags } from './dashboard-flags.ts';
import { PageServer, type Responder } from './page-server.ts';
import { pagesOf } from './pages-of.ts';
import { rememberRights } from './remember-rights.ts';
import { visitCluster, type VisitOptions } from './visit-cluster.ts';

/** Definitions that are installed while the dashboard runs are found within that. */
const lookAgainMs = 60_000;

/** Serves the page until Ctrl-C. Throws CliError, KubeError, and Interrupted in the end. */
export async function serveDashboard(
  call: Call<DashboardFlags>,
  services: CheckServices = usualCheckServices,
): Promise<ExitName> {
  const { flags, host, terminal } = call;
  const { clock, open } = services;
  const access = spokeAccess(flags);
  const hub = await open(flags, host, { clock, plugins: access });
  const ended = new AbortController();
  const board = new Board(hub, { clock, lookAgainMs });
  const running = underEither(host.interruption(), ended.signal, (signal) => board.run(signal));
  try {
    await Promise.race([board.next, running]);
    const token = randomBytes(32).toString('base64url');
    const server = await listen(call, {
      port: flags.port,
      token,
      clock,
      responder: responderOf(call, board, { ...services, hub, access }),
      onDefect: (error) =>
        terminal.err.line(
          `! A page could not be made: ${plainText(error instanceof Error ? error.message : String(error))}`,
        ),
    });
    try {
      terminal.out.line(`${server.origin}/?${tokenParameter}=${token}`);
      terminal.err.line(
        `Open this address in a browser on this machine. It shows ${plainText(hub.context)} with your own rights, and changes nothing. Ctrl-C ends it.`,
      );
      return await running;
    } finally {
      await server.close();
    }
  } finally {
    ended.abort(new Error('the dashboard has ended'));
    await running.catch(() => undefined);
    await hub.close();
  }
}

function responderOf(
  { flags, host }: Call<DashboardFlags>,
  board: Board,
  options: Omit<VisitOptions, 'providerFile' | 'host'>,
): Responder {
  const { providerFile } = flags;
  return pagesOf({
    ...options,
    board,
    visitor: () => {
      const remembering = rememberRights({ ...options, providerFile, host });
      return (place, posted, signal) => visitCluster(place, posted, remembering, signal);
    },
    command: (line) => suggestedCommand(host.program, line, flags),
  });
}

async function listen(
  { flags }: Call<DashboardFlags>,
  options: Parameters<typeof PageServer.listen>[0],
): Promise<PageServer> {
  try {
    return await PageServer.listen(options);
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    throw usageError(`The dashboard cannot listen on 127.0.0.1:${flags.port}: ${cause}.`, {
      fix: 'leave --port out for one that is free',
    });
  }
}
