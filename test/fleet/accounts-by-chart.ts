import { afterAll } from 'vitest';
import { AuditLog } from './audit-log.ts';
import { chartAccounts } from './chart-accounts.ts';
import { chartUser } from './chart-release.ts';
import { useAccounts } from './fleet.ts';

const forgiven: RegExp[] = [];

/** Lines of requests that a hub may refuse the operators of this file all the same: they go on without. */
export function forgiveRefusals(lines: RegExp): void {
  forgiven.push(lines);
}

/** For every file that starts operators: they have no rights but those that the chart gives them, and lack none. */
export async function useAccountsByChart(): Promise<void> {
  const log = await AuditLog.create('system:serviceaccounts');
  useAccounts({ ...chartAccounts, flags: log.flags });

  // Registered before the hooks of the file, and so run after them: its fleets have ended.
  afterAll(async () => {
    const refused = (await log.refusalsOf(chartUser)).filter(
      (line) => !forgiven.some((each) => each.test(line)),
    );
    await log[Symbol.asyncDispose]();
    if (refused.length > 0) throw new Error(`the hub refused the operator:\n${refused.join('\n')}`);
  });
}
