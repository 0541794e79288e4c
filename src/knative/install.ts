import { type Pass, type Stage, StageError, type StageResult } from './pass.ts';
import { checkPrerequisites } from './stages/check-prerequisites.ts';
import { claimTarget } from './stages/claim-target.ts';
import { conclude } from './stages/conclude.ts';
import { deliverSet } from './stages/deliver-set.ts';
import { judgeVersion } from './stages/judge-version.ts';
import { lookOnly } from './stages/look-only.ts';
import { recordTarget } from './stages/record-target.ts';
import { renderSet } from './stages/render-set.ts';
import { resolveTarget } from './stages/resolve-target.ts';

/** How an object becomes an installation: each stage takes what the one before found out, and none looks back. */
const stages: readonly Stage[] = [
  judgeVersion,
  resolveTarget,
  claimTarget,
  lookOnly,
  renderSet,
  checkPrerequisites,
  recordTarget,
  deliverSet,
  conclude,
];

/** Runs the stages until one ends the pass. Throws StageError, or the reason of the pass's signal. */
export async function install(first: Pass): Promise<StageResult> {
  let result: StageResult = { pass: first };
  for (const stage of stages) {
    const { pass } = result;
    try {
      result = await stage(pass);
    } catch (error) {
      pass.signal.throwIfAborted();
      throw error instanceof StageError ? error : new StageError(pass, error);
    }
    if ('outcome' in result) return result;
  }
  return result;
}
