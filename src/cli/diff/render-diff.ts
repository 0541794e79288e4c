import { groupVersionKind } from '../../api/index.ts';
import type { ObjectIdentity } from '../../delivery/index.ts';
import { paint, type Style, type Tone } from '../terminal/style.ts';
import type { LineEdit } from './line-edits.ts';
import type { DiffHunk, ObjectDiff } from './object-diff.ts';

const happens = {
  create: 'would be created',
  change: 'would be changed',
  remove: 'would be removed',
} as const;

/** Of drift that the operator only tells of. */
const stays = {
  create: 'is missing, which would only be reported',
  change: 'differs, which would only be reported',
} as const;

const hidden = 'What differs is not shown, because it looks like a credential.';

/** One object in the unified format of diff(1), under a sentence that says what would happen to it. */
export function renderObjectDiff(
  { action, identity, reportedOnly, hunks }: ObjectDiff,
  { cluster, style }: { readonly cluster: string; readonly style: Style },
): readonly string[] {
  const heading = `${shortName(identity)} on ${cluster} ${reportedOnly === true && action !== 'remove' ? stays[action] : happens[action]}`;
  if (style.accessible)
    return [`${heading}.`, ...(hunks.length === 0 ? [hidden] : hunks.flatMap(spokenHunk))];
  const path = `${shortName(identity).replace(' ', '/')}.yaml`;
  return [
    paint(style, 'bold', heading),
    paint(style, 'bold', `--- ${action === 'create' ? '/dev/null' : `live/${path}`}`),
    paint(style, 'bold', `+++ ${action === 'remove' ? '/dev/null' : `wanted/${path}`}`),
    ...(hunks.length === 0 ? [hidden] : hunks.flatMap((hunk) => hunkLines(hunk, style))),
  ];
}

/** One line, for a quick look and for programs: `change Deployment.apps knative-serving/activator`; `report` for drift that would stay. */
export function renderShortDiff({ action, identity, reportedOnly }: ObjectDiff): string {
  return `${(reportedOnly === true ? 'report' : action).padEnd(6)} ${shortName(identity)}`;
}

/** `Deployment.apps knative-serving/activator`. */
export function shortName(identity: ObjectIdentity): string {
  const { group } = groupVersionKind(identity);
  const kind = group === '' ? identity.kind : `${identity.kind}.${group}`;
  return `${kind} ${identity.namespace === undefined ? '' : `${identity.namespace}/`}${identity.name}`;
}

const tones: Readonly<Record<LineEdit['sign'], Tone | undefined>> = {
  ' ': undefined,
  '-': 'yellow',
  '+': 'green',
};

function hunkLines({ before, after, field, edits }: DiffHunk, style: Style): readonly string[] {
  const extents = `@@ -${extent(before)} +${extent(after)} @@`;
  return [
    paint(style, 'dim', field === '' ? extents : `${extents} ${field}`),
    ...edits.map(({ sign, text }) => paint(style, tones[sign], `${sign}${text}`)),
  ];
}

function extent({ start, count }: DiffHunk['before']): string {
  return count === 1 ? String(start) : `${start},${count}`;
}

/** Without what stays, and with words in place of signs. */
function spokenHunk({ field, edits }: DiffHunk): readonly string[] {
  const differences = edits.filter(({ sign }) => sign !== ' ');
  return [
    ...(field === '' ? [] : [`In ${field}:`]),
    ...differences.map(({ sign, text }) => `${sign === '-' ? 'removed' : 'added'}: ${text.trim()}`),
  ];
}
