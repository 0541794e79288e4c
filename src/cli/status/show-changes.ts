import type { Clock } from '../../kube/index.ts';
import { arrow } from '../terminal/arrow.ts';
import { documentVersion } from '../terminal/document.ts';
import { plainText } from '../terminal/plain-text.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { type FleetChange, fleetChanges } from './fleet-changes.ts';
import type { StatusView } from './status-view.ts';
import { typedName } from './installation.ts';
import type { Snapshot } from './snapshot.ts';

export interface ShowChangesOptions {
  readonly terminal: Terminal;
  /** One document a line. */
  readonly json: boolean;
  /** `now` is milliseconds since the epoch. */
  readonly view: (now: number) => StatusView;
  readonly clock: Clock;
}

export type Show = (snapshot: Snapshot, stale: string | undefined) => void;

/**
 * Shows one snapshot after the other: a terminal is redrawn, elsewhere the first is shown whole and then a line for each
 * change. `stale` says why a snapshot may be old.
 */
export function showChanges(options: ShowChangesOptions): Show {
  if (options.json) return documents(options);
  const { terminal, accessible } = options.terminal.out.style;
  return terminal && !accessible ? redrawn(options) : lineByLine(options);
}

/** To the first place of the screen, and nothing after it. */
const clearScreen = '\u001B[H\u001B[J';

function redrawn({ terminal: { out }, view, clock }: ShowChangesOptions): Show {
  let shown = '';
  return (snapshot, stale) => {
    const { lines } = snapshot.render(view(clock.now()));
    const all = [...lines, ...notes(snapshot, stale)];
    const height = out.style.height ?? all.length + 1;
    // The last line of the screen stays free, because ending it would scroll.
    const fitting =
      all.length < height ? all : [...all.slice(0, height - 2), `${all.length - height + 2} more lines`];
    const text = fitting.map((line) => `${line}\n`).join('');
    if (text === shown) return;
    shown = text;
    out.write(clearScreen + text);
  };
}

function lineByLine({ terminal: { out, err }, view, clock }: ShowChangesOptions): Show {
  let before: Snapshot | undefined;
  let told = '';
  return (snapshot, stale) => {
    if (before === undefined) for (const line of snapshot.render(view(clock.now())).lines) out.line(line);
    const changes = before === undefined ? [] : fleetChanges(before.fleet, snapshot.fleet);
    const mine = changes.filter(({ subject }) => isShown(subject, snapshot));
    for (const change of mine) out.line(`${timeOf(clock.now())} ${describe(change, arrow(out.style))}`);
    before = snapshot;
    const note = notes(snapshot, stale).join('\n');
    if (note !== told && note !== '') err.line(note);
    told = note;
  };
}

function documents({ terminal: { out } }: ShowChangesOptions): Show {
  let shown = '';
  return (snapshot) => {
    const text = JSON.stringify({ apiVersion: documentVersion, kind: snapshot.kind, ...snapshot.content });
    if (text === shown) return;
    shown = text;
    out.line(text);
  };
}

/** Of one object its own changes and those of its cluster are told. */
function isShown(subject: string, { kind, names, fleet }: Snapshot): boolean {
  if (kind === 'FleetStatus' || names.includes(subject)) return true;
  const own = fleet.clusters.find(({ serving, eventing }) =>
    [...serving, ...eventing].some((installation) => names.includes(typedName(installation))),
  );
  return own !== undefined && subject === `cluster/${own.name}`;
}

function describe({ subject, before, after, message }: FleetChange, to: string): string {
  const why = message === undefined ? '' : `: ${plainText(message)}`;
  return plainText(`${subject} ${before ?? 'absent'} ${to} ${after ?? 'absent'}`) + why;
}

function notes({ unseen }: Snapshot, stale: string | undefined): readonly string[] {
  return [
    ...unseen.map(({ what, why }) => `! ${what} could not be read: ${plainText(why)}`),
    ...(stale === undefined ? [] : [`! What is shown may be old: ${plainText(stale)}`]),
  ];
}

/** RFC 3339 with seconds. */
function timeOf(now: number): string {
  return `${new Date(now).toISOString().slice(0, 19)}Z`;
}
