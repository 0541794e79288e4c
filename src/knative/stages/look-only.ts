import { requeueAfter } from '../../controller/index.ts';
import { unfinishedWorkloads } from '../../delivery/index.ts';
import { nameSelector } from '../component.ts';
import { notEligible } from '../installation-status.ts';
import { judgeWorkloads } from '../judge-workloads.ts';
import { goOn, need, type Pass, rest, type StageResult } from '../pass.ts';
import { wasInstalled } from '../was-installed.ts';
import { deliveryOwner } from './deliver-set.ts';

/** Nobody tells when a release comes to hand that ends it. */
const frozenRetryMs = 60_000;

/** A frozen installation is not touched, but how its workloads are is told all the same. Throws KubeErrors. */
export async function lookOnly(pass: Pass): Promise<StageResult> {
  const { frozen, services } = pass;
  if (frozen === undefined) return goOn(pass);
  if (!wasInstalled(pass)) return rest(pass, requeueAfter(frozenRetryMs));
  const waiting = await unfinishedWorkloads({
    owner: deliveryOwner(pass),
    cluster: need(pass, 'cluster'),
    namespace: need(pass, 'namespace'),
    selector: nameSelector(pass.component),
    signal: pass.signal,
  });
  const now = services.clock.now();
  const looked = judgeWorkloads(pass.status, { waiting, gated: false, unwatched: [] }, now);
  // What somebody has to do something about comes last, because the last one speaks for Ready.
  const status = notEligible(looked, frozen, now);
  return rest(
    { ...pass, status },
    requeueAfter(waiting.length === 0 ? frozenRetryMs : services.pollIntervalMs),
  );
}
