import { afterAll } from 'vitest';
import { AuditLog } from './audit-log.ts';
import { chartAccounts } from './chart-accounts.ts';
import { chartUser } from './chart-release.ts';
import { useAccounts } from './fleet.ts';

const forgivenHere: RegExp[] = [];

/** In a file whose operators ask for more than they need, and go on without. */
export function forgiveRefusals(lines: RegExp): void {
  forgivenHere.push(lines);
}

/**
 * For every file that starts operators: they have no rights but those that the chart gives them, and lack none. `forgiven` are
 * the lines of requests that a hub may refuse them all the same.
 */
export async function useAccountsByChart(...forgiven: readonly RegExp[]): Promise<void> {
  const log = await AuditLog.create('system:serviceaccounts');
  useAccounts({ ...chartAccounts, flags: log.flags });

  // Registered before the hooks of the file, and so run after them: its fleets have ended.
  afterAll(async () => {
    const patterns = [...forgiven, ...forgivenHere];
    const refused = (await log.refusalsOf(chartUser)).filter(
      (line) => !patterns.some((each) => each.test(line)),
    );
    await log[Symbol.asyncDispose]();
    if (refused.length > 0) throw new Error(`the hub refused the operator:\n${refused.join('\n')}`);
  });
}
