import { done, type Outcome, requeueAfter } from '../../controller/index.ts';
import type { DeliveryReport } from '../../delivery/index.ts';
import { failed, succeed, withoutOldFailure } from '../installation-status.ts';
import { goOn, need, type Pass, rest, type StageResult } from '../pass.ts';

/** What the delivery amounts to: waiting for workloads, or installed in the wanted version. */
export async function conclude(pass: Pass): Promise<StageResult> {
  const { services } = pass;
  const report = need(pass, 'report');
  const now = services.clock.now();
  if (!report.complete) {
    const status = failed(
      withoutOldFailure(pass.status, now),
      'DeploymentsAvailable',
      { reason: 'NotReady', because: 'NotReady', message: waitingMessage(report) },
      now,
    );
    const waiting = goOn({ ...pass, status });
    return { ...waiting, outcome: requeueAfter(services.pollIntervalMs), resting: false };
  }
  const available = succeed(pass.status, 'DeploymentsAvailable', now);
  const installed = succeed(succeed(available, 'InstallSucceeded', now), 'DependenciesInstalled', now);
  const status = { ...installed, version: need(pass, 'version') };
  return rest({ ...pass, status }, outcomeOf(report));
}

/** What somebody changes again and again is mended when its time has come. */
function outcomeOf({ contested }: DeliveryReport): Outcome {
  const waits = contested.map(({ waitMs }) => waitMs);
  return waits.length === 0 ? done : requeueAfter(Math.min(...waits));
}

/** `Waiting on deployments: a, b` is what users of the reference operator look for; why comes after it. */
export function waitingMessage({ waiting, gated }: Pick<DeliveryReport, 'waiting' | 'gated'>): string {
  const names = waiting.map(({ identity }) => identity.name).sort();
  const message = `Waiting on deployments: ${names.join(', ')}`;
  if (gated) return message;
  const troubles = waiting
    .flatMap(({ identity, rollout }) =>
      rollout.state !== 'complete' && rollout.why !== undefined ? [`${identity.name}: ${rollout.why}`] : [],
    )
    .sort()
    .slice(0, 5);
  return troubles.length === 0 ? message : `${message} (${troubles.join('; ')})`;
}
