import { type Reason, reasons } from '../../src/api/index.ts';
import {
  type EventReason,
  eventType,
  type NewsReason,
  newsReasons,
  toldReasons,
} from '../../src/controller/event-reasons.ts';
import { code, table } from '../markdown.ts';
import { codeLink } from './codes-page.ts';
import type { Page } from './page.ts';

interface EventChapter {
  readonly title: string;
  readonly about: string;
  readonly reasons: readonly EventReason[];
}

const chapters: readonly EventChapter[] = [
  {
    title: 'KnativeServing and KnativeEventing',
    about: 'From `wheelwright.dev/knative`.',
    reasons: [
      'Installed',
      'UpgradeFinished',
      'Ready',
      'NotReady',
      'SpokeUnreachable',
      'SpokeRecovered',
      'DriftMended',
      'DriftReported',
      'ForeignFieldLeft',
      'Pruned',
      'FinalizerUpdate',
      'FinalizeBlocked',
      'InstallationOrphaned',
      'AddOnUnmaintained',
      'AnnotationUnknown',
      'ClusterTooOld',
      'ConfigUnknown',
      'FieldNotImplemented',
      'NamespaceIgnored',
      'OverrideUnmatched',
      'VersionUnavailable',
    ],
  },
  {
    title: 'ClusterProfile, and the pod of the operator',
    about: 'From `wheelwright.dev/knative`. `ProviderFileInvalid` is told of the pod.',
    reasons: ['ClusterProfileOdd', 'ProviderFileInvalid'],
  },
  {
    title: 'KedifyConfiguration',
    about: 'From `wheelwright.dev/members`: news of the members of the hub.',
    reasons: [
      'MemberRegistered',
      'MemberRemoved',
      'MemberUnreachable',
      'MemberRecovered',
      'MemberCredentialsExpiring',
      'MultiClusterNameCollision',
    ],
  },
  {
    title: 'DistributedScaledObject',
    about:
      'From `wheelwright.dev/scaling`. Those about delivery are told of objects with `spec.workload.fromHub`.',
    reasons: [
      'MemberNotReady',
      'MemberRecovered',
      'MemberExcluded',
      'MemberAboveShare',
      'AllMembersDown',
      'NoHealthyMembers',
      'SuspectedHubPartition',
      'ReplicasRebalanced',
      'RebalanceStep',
      'RebalanceRecovered',
      'NoEligibleMembers',
      'AllWeightsZero',
      'CapacityLimited',
      'MinReplicasUnsatisfied',
      'DuplicateMember',
      'MemberOrphaned',
      'ReferenceRetargeted',
      'InvalidSpec',
      'ScaleTargetConflict',
      'UnsupportedTrigger',
      'ScaledObjectCreated',
      'ScaledObjectConflict',
      'KEDAUnavailable',
      'TriggerError',
      'ScaleFailed',
      'ScaleContention',
      'ForeignScaler',
      'TargetReplicasOverwritten',
      'PlanStateUnreadable',
      'AnnotationsFull',
      'RestoreAbandoned',
      'DriftMended',
      'Pruned',
      'DeliveryAbandoned',
    ],
  },
  {
    title: 'DistributedScaledJob',
    about:
      'Reserved: the controller of this kind comes in a later release, and nothing has these events before.',
    reasons: ['JobCreated', 'JobStuck', 'JobFailedOver', 'MemberSoftTainted', 'MemberHardTainted'],
  },
];

export function eventsPage(): Page {
  const told = new Set(chapters.flatMap((chapter) => chapter.reasons));
  const missing = [...toldReasons, ...newsNames()].filter((reason) => !told.has(reason));
  if (missing.length > 0) throw new Error(`no chapter of events.md has ${missing.join(', ')}`);
  return {
    file: 'events.md',
    title: 'Events',
    summary: 'Every reason of an event, and what to do for each Warning.',
    body: [
      'Events are of `events.k8s.io/v1`; `reportingController` says who told them. `kubectl describe` shows them with their object, and',
      '`kubectl get events --field-selector involvedObject.name=NAME` lists them. An event tells a result, once: the same thing within',
      'five minutes is one more of its series. A *Warning* is something that you may have to act on; a fleet at rest has no events.',
      '',
      chapters.map(chapterText).join('\n\n'),
    ].join('\n'),
  };
}

function chapterText({ title, about, reasons: names }: EventChapter): string {
  const rows = names.map((name) => {
    const { meaning, fix, number } = explain(name);
    return [code(name), eventType(name), meaning, fix, number];
  });
  return `## ${title}\n\n${about}\n\n${table(['reason', 'type', 'when', 'what to do', 'code'], rows)}`;
}

function explain(name: EventReason) {
  if (Object.hasOwn(newsReasons, name)) {
    const news: NewsReason = newsReasons[name as keyof typeof newsReasons];
    return { meaning: news.meaning, fix: news.type === 'Warning' ? news.fix : 'Nothing.', number: '' };
  }
  const { code: number, meaning, fix }: Reason = reasons[name as (typeof toldReasons)[number]];
  return { meaning, fix, number: codeLink(number) };
}

function newsNames(): readonly EventReason[] {
  return Object.keys(newsReasons) as EventReason[];
}
