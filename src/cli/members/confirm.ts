import { withDeadline } from '../../kube/index.ts';
import type { Call } from '../cli-command.ts';
import { CliError } from '../failure/cli-error.ts';
import type { Spelling } from './member-flags.ts';

/** A pipe that nobody writes to is no answer. */
const longestSilenceMs = 60_000;

/**
 * Has a person agree. At a terminal it asks. Elsewhere --yes is needed; by the reference's names, scripts may answer on
 * standard input, as they do there. Throws CliError where the answer is anything but yes.
 */
export async function confirm(
  { flags, host, terminal }: Pick<Call<{ readonly yes?: boolean }>, 'flags' | 'host' | 'terminal'>,
  spelling: Spelling,
  question: string,
): Promise<void> {
  if (flags.yes === true) return;
  const signal = host.interruption();
  if (host.interactive) {
    terminal.err.write(`${question} [y/n]: `);
    if (isYes(await host.readLine(signal))) return;
    throw declined(question);
  }
  if (spelling === 'compat') {
    // Who pipes the answer in may not look; who only sent the output elsewhere must know what is waited for.
    terminal.err.line(`${question} [y/n]:`);
    const answer = await withDeadline(longestSilenceMs, signal, (until) => host.readLine(until));
    if (isYes(answer)) return;
    throw declined(question);
  }
  throw new CliError({
    problem: `This needs a yes. ${question}`,
    fix: 'repeat with --yes',
    state: 'nothing was changed',
    code: 'WW5008',
    exit: 'refused',
  });
}

/**
 * Has a person agree to what serves nobody any more: with the name of the member, typed at a terminal or given with
 * --confirm. Throws CliError where it is not given.
 */
export async function confirmByName(
  { flags, host, terminal }: Pick<Call<{ readonly confirm?: string }>, 'flags' | 'host' | 'terminal'>,
  name: string,
  problem: string,
): Promise<void> {
  if (flags.confirm === name) return;
  if (flags.confirm === undefined && host.interactive) {
    terminal.err.write(`${problem} Type its name to go on: `);
    if ((await host.readLine(host.interruption())).trim() === name) return;
  }
  throw new CliError({
    problem,
    fix: `add another member or bring one back first, or go on all the same with --confirm=${name}`,
    state: 'nothing was changed',
    code: 'WW5013',
    exit: 'refused',
  });
}

function isYes(answer: string): boolean {
  return /^y(es)?$/i.test(answer.trim());
}

function declined(question: string): CliError {
  return new CliError({
    problem: `Nobody said yes. ${question}`,
    fix: "answer 'y', or repeat with --yes",
    state: 'nothing was changed',
    code: 'WW5008',
    exit: 'negative',
  });
}
