import type { ReasonName } from '../../src/api/index.ts';
import type { ConditionType } from '../../src/api/condition-type.ts';
import { calmScalingReasons, scalingConditionTypes } from '../../src/api/keda-kedify-io/condition-types.ts';
import {
  installationConditionTypes,
  installationReady,
} from '../../src/api/operator-knative-dev/condition-types.ts';
import { reasons } from '../../src/api/reasons.ts';
import { code, table } from '../markdown.ts';
import { codeLink } from './codes-page.ts';
import type { Page } from './page.ts';

/** Why a condition of an installation may be False. */
const installationReasons: Readonly<Record<keyof typeof installationConditionTypes, readonly ReasonName[]>> =
  {
    DependenciesInstalled: ['ClusterTooOld'],
    DeploymentsAvailable: ['NotReady'],
    InstallSucceeded: [
      'InstallFailed',
      'PrerequisiteMissing',
      'SpecInvalid',
      'VersionUnavailable',
      'TargetConflict',
      'ForeignAnchor',
      'ForeignFieldLeft',
      'DriftReported',
      'FinalizeBlocked',
      'InternalError',
    ],
    TargetClusterResolved: [
      'ClusterProfileNotFound',
      'ClusterProfileNotReady',
      'AccessProviderNotConfigured',
      'MulticlusterDisabled',
      'AccessProviderFailed',
      'RemoteClientCreationFailed',
      'ClusterProfileUnavailable',
      'RemoteClusterStale',
      'ClusterProviderClosed',
    ],
    VersionMigrationEligible: ['VersionIneligible', 'VersionUnavailable', 'SpecInvalid'],
  };

export function conditionsPage(): Page {
  return {
    file: 'conditions.md',
    title: 'Conditions',
    summary: 'Every type of condition of each kind, and what it says.',
    body: [
      'A condition tells the present state. `lastTransitionTime` moves with the status only. A message ends in a [code](codes.md) where',
      'something is wrong; times in it are absolute, so that a fleet at rest writes no status. `status.observedGeneration` is the',
      'generation of the spec that a status is about.',
      '',
      '`Unknown` is for what is decided soon: a cluster that is being connected, workloads that are looked at for the first time. Nothing',
      'stays Unknown, because Argo CD shows an object as progressing for as long as anything is: what waits for you is False or absent.',
      '',
      '## KnativeServing and KnativeEventing',
      '',
      'The types are those of knative/operator. `kubectl wait --for=condition=Ready` works on them.',
      '',
      typesTable({ Ready: installationReady, ...installationConditionTypes }),
      '',
      'While they are False, these are the causes. The reason that the condition shows is `Error` for some, as with knative/operator.',
      '',
      table(
        ['condition', 'causes'],
        Object.entries(installationReasons).map(([type, names]) => [
          code(type),
          names.map((name) => `${code(name)} (${codeLink(reasons[name].code)})`).join(', '),
        ]),
      ),
      '',
      '## DistributedScaledObject',
      '',
      'What KEDA says of the ScaledObject is told in its own words with the engine `keda`.',
      '',
      typesTable(scalingConditionTypes),
      '',
      'Where something is wrong, the reason is one of [those with a code](reasons.md). Otherwise it is one of these.',
      '',
      table(
        ['reason', 'meaning'],
        [
          ...Object.entries<string>(calmScalingReasons),
          ...(['AllMembersReady', 'Initializing'] as const).map(
            (name) => [name, reasons[name].meaning] as const,
          ),
        ].map(([name, meaning]) => [code(name), meaning]),
      ),
      '',
      '## KedifyConfiguration',
      '',
      'It has no conditions. `status.multiClusterStatus.clusters` has the state of each member: `Ready`, `NotReady` or `Unknown`, with the',
      'cause in `info`.',
    ].join('\n'),
  };
}

function typesTable(types: Readonly<Record<string, ConditionType>>): string {
  const rows = Object.entries(types).map(([type, { whenTrue, whenFalse = 'Never.', absent = 'Never.' }]) => [
    code(type),
    whenTrue,
    whenFalse,
    absent,
  ]);
  return table(['type', 'True', 'False', 'absent'], rows);
}
