import { reasons } from '../../api/index.ts';
import { describeIdentity } from '../../delivery/index.ts';
import { printComplaint } from '../failure/print-complaint.ts';
import { plainText } from '../terminal/plain-text.ts';
import type { Channel } from '../terminal/terminal.ts';
import type { ComparedInstallation } from './compare-installation.ts';

/** What a cluster would not take, and what would be left to others. */
export function sayObstacles(
  { cluster, previewed }: Pick<ComparedInstallation, 'cluster' | 'previewed'>,
  err: Channel,
  program: string,
): void {
  for (const one of previewed) {
    if (one.action === 'refused') {
      const problem = `Cluster "${cluster.name}" would refuse ${describeIdentity(one.identity)}.`;
      const { code } = reasons.InstallFailed;
      const complaint = { problem, cause: one.error.status.message, code, exit: 'usage' } as const;
      printComplaint(err, complaint, program);
    }
    for (const { field, manager } of one.left ?? [])
      err.line(
        plainText(
          `${field} of ${describeIdentity(one.identity)} belongs to ${manager} and would be left to it.`,
        ),
      );
  }
}
