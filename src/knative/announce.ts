import type { KubeObject } from '../api/index.ts';
import { findCondition, referenceTo } from '../controller/index.ts';
import type { StatusDraft } from './installation-status.ts';
import type { Pass } from './pass.ts';

type Findings = NonNullable<Pass['findings']>;

/** Tells by events what became different between two statuses of one object; nothing while nothing does. */
export function announce(pass: Pass, before: StatusDraft): void {
  const { object, status: after, services, cluster, component } = pass;
  const where = cluster === undefined ? '' : ` on cluster "${cluster.name}"`;
  const record = recorder(services.events, object);
  const [readyBefore, readyAfter] = [statusOf(before, 'Ready'), statusOf(after, 'Ready')];
  const [targetBefore, targetAfter] = [
    statusOf(before, 'TargetClusterResolved'),
    statusOf(after, 'TargetClusterResolved'),
  ];
  if (after.version !== undefined && after.version !== before.version) {
    const change =
      before.version === undefined
        ? `${after.version} is installed`
        : `went from ${before.version} to ${after.version}`;
    record(
      before.version === undefined ? 'Installed' : 'UpgradeFinished',
      'Deliver',
      `${component.kind} ${change}${where}`,
    );
  }
  if (readyAfter === 'True' && readyBefore !== 'True')
    record('Ready', 'Deliver', `${component.kind} is ready${where}`);
  if (targetBefore === 'True' && targetAfter === 'False')
    record('SpokeUnreachable', 'Fetch', messageOf(after, 'TargetClusterResolved'));
  if (targetBefore === 'False' && targetAfter === 'True')
    record('SpokeRecovered', 'Fetch', `The target cluster is reached again${where}`);
  const drift = driftReported(after);
  if (drift !== undefined && drift !== driftReported(before)) record('DriftReported', 'Deliver', drift);
  else if (readyBefore === 'True' && readyAfter === 'False' && targetAfter === 'True')
    record('NotReady', 'Deliver', messageOf(after, 'Ready'));
  for (const { reason, field, message } of newFindings(pass, before))
    record(reason, 'Deliver', `${field}: ${message}`);
}

/** Told when a spec is seen for the first time, and when what is wrong with one becomes something else. */
function newFindings({ findings = [], object, status }: Pass, before: StatusDraft): Findings {
  const isNewSpec = before.observedGeneration !== object.metadata.generation;
  const isInstalled = statusOf(status, 'InstallSucceeded') === 'True';
  const isNews = messageOf(before, 'InstallSucceeded') !== messageOf(status, 'InstallSucceeded');
  return isNewSpec || (isInstalled && isNews) ? findings : [];
}

function driftReported({ conditions }: StatusDraft): string | undefined {
  const condition = findCondition(conditions, 'InstallSucceeded');
  return condition?.reason === 'DriftReported' ? condition.message : undefined;
}

type Recorded =
  | 'Installed'
  | 'UpgradeFinished'
  | 'Ready'
  | 'SpokeUnreachable'
  | 'SpokeRecovered'
  | 'NotReady'
  | 'DriftReported'
  | Findings[number]['reason'];

function recorder(events: Pass['services']['events'], regarding: KubeObject) {
  return (reason: Recorded, action: string, note: string): void =>
    events.record({ regarding: referenceTo(regarding), reason, action, note });
}

function statusOf(status: StatusDraft, type: string): string | undefined {
  return findCondition(status.conditions, type)?.status;
}

function messageOf(status: StatusDraft, type: string): string {
  return findCondition(status.conditions, type)?.message ?? '';
}
