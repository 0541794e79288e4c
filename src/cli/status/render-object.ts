import { type Column, renderTable, type Table } from '../terminal/table.ts';
import { ageOf } from '../terminal/human-duration.ts';
import { markTone, markWord } from '../terminal/mark.ts';
import { plainText } from '../terminal/plain-text.ts';
import { paint } from '../terminal/style.ts';
import { kinds } from './installation.ts';
import type { InstallationStatus } from './installation-status.ts';
import { markOf } from './level.ts';
import type { Happening, ObjectStatus, ShownCondition } from './object-status.ts';
import { problemLines } from './problem-lines.ts';
import { installed } from './fleet-table.ts';
import type { StatusView } from './status-view.ts';

/** One object with its conditions and what happened to it. */
export function renderObject(status: ObjectStatus, view: StatusView): Table {
  const { style, wide, now } = view;
  const { conditions, events, problems } = status;
  const tables = [
    renderTable(conditions, conditionColumns(now), { style, wide }),
    renderTable(events, eventColumns(now), { style, wide }),
  ] as const;
  return {
    lines: [
      ...(status.installation === undefined
        ? clusterLines(status, view)
        : installationLines(status.installation, status, view)),
      ...(conditions.length === 0 ? [] : tables[0].lines),
      ...(events.length === 0 ? [] : [paint(style, 'bold', 'Events'), ...tables[1].lines]),
      ...problemLines(problems, view),
    ],
    leftOut: tables.flatMap(({ leftOut }) => leftOut),
  };
}

function installationLines(
  installation: InstallationStatus,
  { cluster }: ObjectStatus,
  { style, now }: StatusView,
): readonly string[] {
  const { type, namespace, name, state, level, since, next, version, wantedVersion, targetNamespace } =
    installation;
  const where = targetNamespace === undefined ? '' : `, namespace ${targetNamespace}`;
  const wanted = wantedVersion ?? 'the newest';
  return [
    `${markWord(style, markOf(level))} ${paint(style, 'bold', `${kinds[type]} ${plainText(`${namespace}/${name}`)}`)}: ${state} for ${ageOf(since, now)}`,
    `Cluster  ${plainText(`${cluster.name}${where}`)} (${cluster.state})`,
    `Version  ${plainText(version ?? '<none>')}, wanted ${plainText(wanted)}`,
    `Next     ${plainText(next ?? '-')}`,
  ];
}

function clusterLines({ cluster }: ObjectStatus, { style, now }: StatusView): readonly string[] {
  const { name, state, level, since, next, kubernetes, manager, providers, serving, eventing } = cluster;
  const age = since === undefined ? '' : ` for ${ageOf(since, now)}`;
  return [
    `${markWord(style, markOf(level))} ${paint(style, 'bold', `Cluster ${plainText(name)}`)}: ${state}${age}`,
    `Kubernetes  ${plainText(kubernetes ?? '?')}, manager ${plainText(manager ?? '-')}, access by ${plainText(providers.join(', ') || '-')}`,
    `Serving     ${plainText(installed(serving, state))}`,
    `Eventing    ${plainText(installed(eventing, state))}`,
    `Next        ${plainText(next ?? '-')}`,
  ];
}

export function conditionColumns(now: number): readonly Column<ShownCondition>[] {
  return [
    { title: 'CONDITION', value: ({ type }) => type },
    {
      title: 'STATUS',
      value: ({ status }) => status,
      tone: ({ status }) => markTone(markOfStatus[status] ?? 'waiting'),
    },
    { title: 'SINCE', value: ({ since }) => ageOf(since, now), leaveOut: 2 },
    { title: 'REASON', value: ({ reason }) => reason ?? '-', leaveOut: 1 },
    { title: 'MESSAGE', value: ({ message }) => message ?? '-' },
  ];
}

const markOfStatus: Readonly<Record<string, 'ok' | 'failed'>> = { True: 'ok', False: 'failed' };

export function eventColumns(now: number): readonly Column<Happening>[] {
  return [
    { title: 'AGE', value: ({ at }) => ageOf(at, now) },
    { title: 'TYPE', value: ({ type }) => type || '?', leaveOut: 2 },
    { title: 'REASON', value: ({ reason }) => reason || '?' },
    { title: 'COUNT', value: ({ count }) => String(count), leaveOut: 1 },
    { title: 'NOTE', value: ({ note }) => note || '-' },
  ];
}
