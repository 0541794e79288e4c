import type { KubeObject } from '../../../api/index.ts';
import { CliError } from '../../failure/cli-error.ts';
import { type Explanation, explain, type ExplainedMember } from '../../explain/explanation.ts';
import { valueOf } from '../../hub/answer.ts';
import { readScaledObject } from '../../hub/scaled-object.ts';
import { givenNow } from '../../simulate/object-on-hub.ts';
import { typedName } from '../../status/installation.ts';
import type { Level } from '../../status/level.ts';
import { shownCondition } from '../../status/object-view.ts';
import type { ScaledObjectStatus } from '../../status/scaled-object-status.ts';
import { scaledObjectProblem } from '../../status/scaling-problems.ts';
import { replicasOf } from '../../status/scaling-tables.ts';
import { humanDuration } from '../../terminal/human-duration.ts';
import { conditionTable } from '../parts/conditions.ts';
import { factList } from '../parts/facts.ts';
import { happeningTable } from '../parts/happenings.ts';
import { html, type Html } from '../parts/html.ts';
import { noteList, notesOf } from '../parts/notes.ts';
import { problemList } from '../parts/problems.ts';
import { replicaBar } from '../parts/replica-bar.ts';
import { section, tableOr } from '../parts/section.ts';
import { state } from '../parts/state.ts';
import { stateFacts } from '../parts/state-facts.ts';
import { subjectLink } from '../parts/subject-link.ts';
import { whatIfForm } from '../parts/what-if.ts';
import { fleetStart, usualMinutes } from '../place.ts';
import type { Look, Page } from './page.ts';

/** One DistributedScaledObject: who has how many of the total, and why. The numbers are those of `explain`. */
export function scaledObjectPage(
  { namespace, name }: { readonly namespace: string; readonly name: string },
  look: Look,
): Page | undefined {
  const { fleet, extra, command } = look;
  const scaledObject = fleet.scaledObjects.find((one) => one.namespace === namespace && one.name === name);
  if (scaledObject === undefined) return undefined;
  const explained = explanationOf(valueOf(extra.object), look);
  const events = valueOf(extra.happenings) ?? [];
  const notes = [...notesOf(look), ...explained.warnings];
  const title = `DistributedScaledObject ${namespace}/${name}`;
  const subject = typedName(scaledObject);
  return {
    title,
    above: [{ place: fleetStart, text: 'Fleet' }],
    content: [scaledObject, explained, events, notes],
    isAbout: (about) => about === subject,
    body: (now) =>
      html`<h1>${title}</h1>
        ${noteList(notes)}
        ${factList([
          ...stateFacts(scaledObject, now),
          ['Target', scaledObject.target ?? '?'],
          ['Replicas', replicasOf(scaledObject)],
          ...policyOf(explained.explanation),
          ['In a shell', html`<code>${command(`explain ${subject}`)}</code>`],
        ])}
        ${problemList(scaledObjectProblem(scaledObject), {
          now,
          command,
          subject: (problem) => subjectLink(problem.subject, fleet),
        })}
        ${membersOf(explained.explanation, scaledObject)} ${whatIf(scaledObject)}
        ${conditionTable(scaledObject.conditions.map(shownCondition), now)} ${happeningTable(events, now)}`,
  };
}

interface Explained {
  readonly explanation: Explanation | undefined;
  readonly warnings: readonly string[];
}

/** Undefined where the object is not at hand, or asks for what makes no sense, which is a warning. */
function explanationOf(object: KubeObject | undefined, { facts, now }: Look): Explained {
  if (object === undefined) return { explanation: undefined, warnings: [] };
  try {
    const given = givenNow(object, valueOf(facts.members) ?? [], now);
    const explanation = explain({
      given,
      object: readScaledObject(object),
      conditions: [],
      events: [],
      now,
    });
    const findings = explanation.findings.map(({ message, code }) => `${message} ${code}`);
    return { explanation, warnings: [...given.warnings, ...findings] };
  } catch (error) {
    if (error instanceof CliError) return { explanation: undefined, warnings: [error.message] };
    throw error;
  }
}

function policyOf(explanation: Explanation | undefined): readonly (readonly [string, string])[] {
  if (explanation === undefined) return [];
  const { totalBecause, strategy, policy, nextCheckAt } = explanation;
  const { gracePeriodSeconds, recoveryStabilizationSeconds, maxRebalancePercentage, mostAtOnce } = policy;
  const moves =
    maxRebalancePercentage === 0
      ? 'nothing moves because of an outage'
      : `at most ${maxRebalancePercentage} % move at once (${mostAtOnce})`;
  return [
    ...(totalBecause === null ? [] : ([['Total because', totalBecause]] as const)),
    ['Split', `${strategy}; ${moves}`],
    [
      'Outage',
      `others take over after ${humanDuration(gracePeriodSeconds * 1_000)}; back, a member waits ${humanDuration(recoveryStabilizationSeconds * 1_000)}`,
    ],
    ['Planned again', nextCheckAt === null ? 'when something changes' : `at ${nextCheckAt}, or before`],
  ];
}

type ShownMember = Pick<
  ExplainedMember,
  'member' | 'namespace' | 'state' | 'excluded' | 'want' | 'have' | 'why'
> &
  Partial<Pick<ExplainedMember, 'weight' | 'share'>>;

function membersOf(explanation: Explanation | undefined, { rows, namespace }: ScaledObjectStatus): Html {
  const members: readonly ShownMember[] =
    explanation?.members ??
    rows.map(({ member, state: word, excluded, desired = 0, current, description }) => ({
      member,
      namespace,
      state: word,
      excluded,
      want: desired,
      have: word === 'Ready' ? (current ?? null) : null,
      why: description ?? '–',
    }));
  const most = Math.max(1, ...members.flatMap(({ want, have }) => [want, have ?? 0]));
  return section(
    'members',
    'Members',
    tableOr('There are none.', {
      caption: 'Who has how many of the total, and why',
      columns: [
        { title: 'Member', cell: ({ member }) => member },
        {
          title: 'State',
          cell: ({ state: word, excluded }) =>
            state(excluded ? 'Excluded' : word, levelOf({ state: word, excluded })),
        },
        { title: 'Weight', cell: ({ weight }) => weight ?? '?' },
        { title: 'Share', cell: ({ share }) => share ?? '?' },
        { title: 'Want', cell: ({ want }) => want },
        {
          title: 'Have',
          cell: ({ want, have }) => html`${have ?? '?'} ${replicaBar({ want, have, most })}`,
        },
        { title: 'Why', cell: ({ why }) => why },
      ],
      rows: members,
      key: ({ member, namespace: there }) => `${there} ${member}`,
    }),
  );
}

function whatIf({ namespace, name, total, rows }: ScaledObjectStatus): Html {
  if (rows.length === 0) return html``;
  const place = { view: 'simulation', namespace, name, down: '', total, minutes: usualMinutes } as const;
  return whatIfForm({ place, members: rows.map(({ member }) => member) });
}

function levelOf({ state: word, excluded }: Pick<ShownMember, 'state' | 'excluded'>): Level {
  if (excluded) return 'error';
  return word === 'Ready' ? 'ok' : 'warning';
}
