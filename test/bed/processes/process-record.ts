import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { signalGroup, type ProcessIdentity } from './process-identity.ts';

/**
 * What runs for a bed, written down by its supervisor at each change, so that somebody else can end it when both the owner and
 * the supervisor were killed.
 */
export interface ProcessRecord {
  /** The process that started the bed. */
  readonly owner: ProcessIdentity;
  readonly supervisor: ProcessIdentity;
  /** Each leads a process group of its own. */
  readonly components: readonly (ProcessIdentity & { readonly name: string })[];
}

export function recordFile(bedDirectory: string): string {
  return join(bedDirectory, 'bed.json');
}

/** Synchronous and by rename: a reader sees the old record or the new one, and a started process is never unrecorded. */
export function writeRecord(bedDirectory: string, record: ProcessRecord): void {
  const file = recordFile(bedDirectory);
  writeFileSync(`${file}.new`, `${JSON.stringify(record, undefined, 2)}\n`);
  renameSync(`${file}.new`, file);
}

/** SIGKILL for every process of the record that still is the one recorded; frozen ones too. */
export function killRecorded(record: Pick<ProcessRecord, 'components'>): void {
  for (const component of record.components) signalGroup(component, 'SIGKILL');
}
