import type { KubeObject } from '../../api/index.ts';
import type { ObjectIdentity, PreviewedObject } from '../../delivery/index.ts';
import { enclosingField } from './enclosing-field.ts';
import { type Hunk, hunksOf } from './hunks.ts';
import { lineEdits } from './line-edits.ts';
import { maskSecret } from './mask-secret.ts';
import { objectLines } from './object-lines.ts';

/** How an object would become another one. Its lines show no secret. */
export interface ObjectDiff {
  readonly action: 'create' | 'change' | 'remove';
  readonly identity: ObjectIdentity;
  /** True where it is drift that the operator would leave as it is. */
  readonly reportedOnly?: true;
  /** Empty where the difference cannot be shown. */
  readonly hunks: readonly DiffHunk[];
}

export interface DiffHunk extends Hunk {
  /** The field that the first difference stands in; '' at the top. */
  readonly field: string;
}

/** Undefined where nothing would happen. */
export function objectDiff(previewed: PreviewedObject): ObjectDiff | undefined {
  const { identity, reportedOnly } = previewed;
  const note = reportedOnly === undefined ? {} : { reportedOnly };
  switch (previewed.action) {
    case 'none':
    case 'refused':
      return undefined;
    case 'create':
      return { action: 'create', identity, ...note, hunks: compare(undefined, previewed.after) };
    case 'change':
      return { action: 'change', identity, ...note, hunks: compare(previewed.before, previewed.after) };
    case 'remove':
      return { action: 'remove', identity, hunks: compare(previewed.before, undefined) };
  }
}

function compare(before: KubeObject | undefined, after: KubeObject | undefined): readonly DiffHunk[] {
  const old = objectLines(before && maskSecret(before, after, 'before'));
  const edits = lineEdits(old, objectLines(after && maskSecret(after, before, 'after')));
  return hunksOf(edits).map((hunk) => ({ ...hunk, field: fieldOf(hunk, edits) }));
}

/** As the text stands on the side that the difference is on. */
function fieldOf({ firstDifference }: Hunk, edits: ReturnType<typeof lineEdits>): string {
  const other = edits[firstDifference]?.sign === '-' ? '+' : '-';
  const lines = edits.slice(0, firstDifference + 1).filter(({ sign }) => sign !== other);
  return enclosingField(
    lines.map(({ text }) => text),
    lines.length - 1,
  );
}
