import type { DeliveryReport } from '../delivery/index.ts';
import { failed, type StatusDraft, succeed } from './installation-status.ts';

type Waits = Pick<DeliveryReport, 'waiting' | 'gated' | 'unwatched'>;

/** What a delivery says about the workloads alone: all rolled out, or which are waited for. */
export function judgeWorkloads(status: StatusDraft, report: Waits, now: number): StatusDraft {
  if (report.waiting.length === 0) return succeed(status, 'DeploymentsAvailable', now);
  return failed(
    status,
    'DeploymentsAvailable',
    { reason: 'NotReady', because: 'NotReady', message: waitingMessage(report) },
    now,
  );
}

/** `Waiting on deployments: a, b` is what users of the reference operator look for; why comes after it. */
export function waitingMessage({ waiting, gated, unwatched }: Waits): string {
  const names = waiting.map(({ identity }) => identity.name).sort();
  const message = `Waiting on deployments: ${names.join(', ')}`;
  if (gated && unwatched.length === 0) return message;
  // Without the watch nobody knows how far a rollout is.
  const unseen = unwatched.map(({ resource, error }) => `${resource}: ${error.status.message}`);
  const rollouts = waiting
    .flatMap(({ identity, rollout }) =>
      rollout.state !== 'complete' && rollout.why !== undefined ? [`${identity.name}: ${rollout.why}`] : [],
    )
    .sort();
  const troubles = [...unseen.sort(), ...rollouts].slice(0, 5);
  return troubles.length === 0 ? message : `${message} (${troubles.join('; ')})`;
}
