import { reasons } from '../../../api/index.ts';
import { shellWord } from '../../command-line/suggested-command.ts';
import type { Played } from '../../simulate/play.ts';
import { sumUp } from '../../simulate/sum-up.ts';
import { type Change, sayTime, timeline } from '../../simulate/timeline.ts';
import type { Level } from '../../status/level.ts';
import { html, type Html } from '../parts/html.ts';
import { noteList } from '../parts/notes.ts';
import { state } from '../parts/state.ts';
import { table } from '../parts/table.ts';
import { whatIfForm } from '../parts/what-if.ts';
import { fleetStart, type SimulationPlace } from '../place.ts';
import type { Look, Page } from './page.ts';

/** What came of playing it: the play, or why there is none. */
export type Outcome =
  | { readonly kind: 'played'; readonly played: Played }
  | { readonly kind: 'refused'; readonly why: string };

/** More rows than this are nothing that a person reads. */
const mostRows = 300;

/** Who would run how many replicas, when and why. Undefined where the fleet has no such object. */
export function simulationPage(
  place: SimulationPlace,
  { fleet, command }: Pick<Look, 'fleet' | 'command'>,
  outcome: Outcome,
): Page | undefined {
  const { namespace, name } = place;
  const object = fleet.scaledObjects.find((one) => one.namespace === namespace && one.name === name);
  if (object === undefined) return undefined;
  const members = object.rows.map(({ member }) => member);
  return {
    title: 'Simulation',
    above: [
      { place: fleetStart, text: 'Fleet' },
      { place: { view: 'dso', namespace, name }, text: `DistributedScaledObject ${namespace}/${name}` },
    ],
    isLive: false,
    content: [],
    isAbout: () => false,
    body: () =>
      html`<h1>What would become of ${namespace}/${name}</h1>
        ${outcome.kind === 'refused' ? noteList([outcome.why]) : timelineOf(outcome.played)}
        ${whatIfForm({ place: { ...place, total: place.total ?? object.total }, members })}
        <p>In a shell: <code>${command(commandOf(place))}</code></p>`,
  };
}

function timelineOf(played: Played): Html {
  const changes = timeline(played.moments, played.timeOf);
  const findings = played.moments.at(-1)?.plan.findings ?? [];
  const more = changes.length - mostRows;
  return html`<p>${sumUp(played)}</p>
    ${noteList(findings.map(({ reason, message }) => `${message} ${reasons[reason].code}`))}
    ${table({
      caption: 'Each number that changes, with its reason',
      columns: [
        { title: 'Time', cell: ({ at }) => sayTime(at) },
        { title: 'Member', cell: ({ reason }) => reason.name },
        { title: 'State', cell: ({ reason }) => stateOf(reason) },
        { title: 'Want', cell: ({ reason }) => reason.desired },
        { title: 'Have', cell: ({ have }) => have ?? '?' },
        { title: 'Serving', cell: ({ allReady, total }) => `${allReady}/${total}` },
        { title: 'Why', cell: ({ why }) => why },
      ],
      rows: changes.slice(0, mostRows),
      key: ({ at, reason }) => `${at ?? ''} ${reason.place}`,
    })}
    ${more > 0 ? html`<p>And ${more} more.</p>` : ''}`;
}

function stateOf({ isExcluded, state: word }: Change['reason']): Html {
  const level: Level = isExcluded ? 'error' : word === 'Ready' ? 'ok' : 'warning';
  return state(isExcluded ? 'Excluded' : word, level);
}

function commandOf({ namespace, name, down, total, minutes }: SimulationPlace): string {
  return [
    `simulate dso/${namespace}/${name}`,
    ...(down === '' ? [] : [`--down ${shellWord(down)}`]),
    ...(total === undefined ? [] : [`--total ${total}`]),
    `--for ${minutes}m`,
  ].join(' ');
}
