import { findCondition, requeueAfter, done, type Outcome } from '../../controller/index.ts';
import { type DeliveryReport, describeIdentity, type Drift } from '../../delivery/index.ts';
import { driftPolicyAnnotation } from '../drift-policy.ts';
import {
  failed,
  installed,
  installFailed,
  notesOf,
  type StatusDraft,
  succeed,
  withoutOldFailure,
} from '../installation-status.ts';
import { judgeWorkloads } from '../judge-workloads.ts';
import { reachVersion } from '../reach-version.ts';
import { need, type Pass, rest, type StageResult } from '../pass.ts';

/**
 * Deployments give up after ten minutes unless they say otherwise, other workloads never: whatever takes longer is no
 * rollout under way any more, but waits for somebody.
 */
const patienceMs = 600_000;

/** What the delivery amounts to: waiting for workloads, or installed in the wanted version. */
export async function conclude(pass: Pass): Promise<StageResult> {
  const { services } = pass;
  const report = need(pass, 'report');
  const now = services.clock.now();
  if (!report.complete) return wait(pass, report, now);
  const available = succeed(pass.status, 'DeploymentsAvailable', now);
  const inForce = succeed(installed(available, notesOf(pass.findings), now), 'DependenciesInstalled', now);
  const status = reachVersion(inForce, pass.component, need(pass, 'version'));
  return rest({ ...pass, status: withFlaws(status, pass, report, now) }, nextLook(report, pass));
}

function wait(pass: Pass, report: DeliveryReport, now: number): StageResult {
  const { services } = pass;
  const before = findCondition(pass.status.conditions, 'InstallSucceeded');
  const isInstalled = before?.status === 'True' || before?.reason === 'DriftReported';
  const noted = isInstalled
    ? installed(pass.status, notesOf(pass.findings), now)
    : withoutOldFailure(pass.status, now);
  const status = judgeWorkloads(noted, report, now);
  return {
    pass: { ...pass, status: report.unmended.length === 0 ? status : withDrift(status, pass, report, now) },
    outcome: requeueAfter(services.pollIntervalMs),
    resting: isStuck(pass, report, now),
  };
}

/** Nothing more will happen until somebody does something. */
function isStuck({ shown }: Pass, { waiting, unwatched, unmended }: DeliveryReport, now: number): boolean {
  const left = new Set(unmended.map(({ identity }) => describeIdentity(identity)));
  if (waiting.some(({ identity }) => left.has(describeIdentity(identity)))) return true;
  if (unwatched.length > 0 || waiting.some(({ rollout }) => rollout.state === 'failed')) return true;
  const before = findCondition(shown, 'DeploymentsAvailable');
  return before?.status === 'False' && now - Date.parse(before.lastTransitionTime ?? '') >= patienceMs;
}

/** Everything is applied and rolled out, and something is wrong all the same, or may be without anybody seeing it. */
function withFlaws(status: StatusDraft, pass: Pass, report: DeliveryReport, now: number): StatusDraft {
  const { name } = need(pass, 'cluster');
  if (report.unmended.length > 0) return withDrift(status, pass, report, now);
  if (report.contested.length > 0) {
    const message =
      `Not as it should be on cluster "${name}", because somebody changes it again and again: ` +
      `${contestedObjects(report)}. It is put back less and less often.`;
    const finding = { reason: 'ForeignFieldLeft', because: 'ForeignFieldLeft', message } as const;
    return failed(status, 'InstallSucceeded', finding, now);
  }
  const [unwatched] = report.unwatched;
  if (unwatched === undefined) return status;
  const more = report.unwatched.length > 1 ? ` (and ${report.unwatched.length - 1} more)` : '';
  const message = `cannot watch ${unwatched.resource} on cluster "${name}"${more}, so that changes there stay unseen: ${unwatched.error.status.message}`;
  return installFailed(status, 'InstallFailed', message, now);
}

/** What the annotation asks for: told, and left as it is. */
function withDrift(status: StatusDraft, pass: Pass, { unmended }: DeliveryReport, now: number): StatusDraft {
  const { name } = need(pass, 'cluster');
  const message =
    `Not as it should be on cluster "${name}": ${listed(unmended.map(describeDrift))}. ` +
    `It is left so, as the annotation ${driftPolicyAnnotation} asks.`;
  const finding = { reason: 'DriftReported', because: 'DriftReported', message } as const;
  return failed(status, 'InstallSucceeded', finding, now);
}

/** An object that lost its label is not seen either, and nobody has looked for it. */
function describeDrift({ identity, action, by }: Drift): string {
  const what = action === 'recreated' ? 'deleted, or without its label' : 'changed';
  return `${describeIdentity(identity)} (${what}${by === undefined ? '' : ` by ${by}`})`;
}

function contestedObjects({ contested }: DeliveryReport): string {
  return listed(
    contested.map(
      ({ identity, by }) => `${describeIdentity(identity)}${by === undefined ? '' : ` (by ${by})`}`,
    ),
  );
}

function listed(names: readonly string[]): string {
  const more = names.length > 5 ? ` and ${names.length - 5} more` : '';
  return `${names.toSorted().slice(0, 5).join(', ')}${more}`;
}

/**
 * What somebody changes again and again is mended when its time has come; that a right is granted, or a release
 * published, is no event.
 */
function nextLook({ contested, unwatched }: DeliveryReport, { services, lookAgainMs }: Pass): Outcome {
  const waits = [
    ...contested.map(({ waitMs }) => waitMs),
    ...unwatched.map(() => services.pollIntervalMs),
    ...(lookAgainMs === undefined ? [] : [lookAgainMs]),
  ];
  return waits.length === 0 ? done : requeueAfter(Math.min(...waits));
}
