import { clearDirectory, somethingRuns } from './bed-directory.ts';
import { isRunning, signalProcess } from './processes/process-identity.ts';
import { killRecorded, type ProcessRecord } from './processes/process-record.ts';
import { readRecord } from './processes/read-record.ts';
import { waitFor } from './wait-for.ts';

/** How long the process that started the bed may take to end it. */
const ownerMs = 20_000;
const killedMs = 10_000;

/**
 * Ends the bed recorded in a directory from another process than its owner, also when the owner or the supervisor was killed, and
 * removes its files. Only the recorded processes are signalled, never a later one with the same pid. False when none is recorded.
 */
export async function endRecordedBed(directory: string): Promise<boolean> {
  const record = readRecord(directory);
  if (record === undefined) return false;
  if (signalProcess(record.owner, 'SIGTERM')) await untilEnded(record, ownerMs).catch(() => undefined);
  await killRest(directory, record);
  await clearDirectory(directory);
  return true;
}

/** The supervisor first, so that it starts nothing more; the record may have changed since it was read. */
async function killRest(directory: string, first: ProcessRecord): Promise<void> {
  signalProcess(first.owner, 'SIGKILL');
  signalProcess(first.supervisor, 'SIGKILL');
  await waitFor('the supervisor to end', () => !isRunning(first.supervisor), { timeoutMs: killedMs });
  const last = readRecord(directory) ?? first;
  killRecorded(last);
  await untilEnded(last, killedMs);
}

async function untilEnded(record: ProcessRecord, timeoutMs: number): Promise<void> {
  await waitFor('the processes of the bed to end', () => !somethingRuns(record), { timeoutMs });
}
