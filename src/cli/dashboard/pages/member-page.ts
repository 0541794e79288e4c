import { isAbout } from '../../hub/scaled-object.ts';
import { typedName } from '../../status/installation.ts';
import type { ScaledObjectStatus } from '../../status/scaled-object-status.ts';
import { memberProblem } from '../../status/scaling-problems.ts';
import { replicasThere } from '../../status/scaling-tables.ts';
import type { MemberStatus } from '../../status/member-status.ts';
import { factList } from '../parts/facts.ts';
import { findingSection } from '../parts/findings.ts';
import { html, type Html } from '../parts/html.ts';
import { link } from '../parts/link.ts';
import { noteList, notesOf } from '../parts/notes.ts';
import { problemList } from '../parts/problems.ts';
import { section, tableOr } from '../parts/section.ts';
import { state } from '../parts/state.ts';
import { toldOf } from '../parts/visited.ts';
import { fleetStart } from '../place.ts';
import type { Look, Page } from './page.ts';

/** One member with the objects that have replicas there. */
export function memberPage(
  { namespace, name }: { readonly namespace: string; readonly name: string },
  look: Look,
): Page | undefined {
  const { fleet, command, extra } = look;
  const member = fleet.members.find((one) => one.name === name && one.configuration.namespace === namespace);
  if (member === undefined) return undefined;
  const objects = fleet.scaledObjects.filter(({ rows }) => rows.some((row) => isAbout(row, member)));
  const { checks } = extra;
  const notes = notesOf(look);
  return {
    title: `Member ${name}`,
    above: [{ place: fleetStart, text: 'Fleet' }],
    content: [member, objects, notes, toldOf(checks)],
    isAbout: (subject) => subject === `member/${name}` || objects.some((one) => typedName(one) === subject),
    body: (now) =>
      html`<h1>Member ${name}</h1>
        ${noteList(notes)}
        ${factList([
          ['State', state(member.state, member.level)],
          ['Told', member.info ?? '–'],
          ['Next', member.next ?? '–'],
          ['Id', member.id ?? '?'],
          ['Provider', member.provider ?? '?'],
          ['Registered in', `${member.configuration.namespace}/${member.configuration.name}`],
          ['Replicas', replicasThere(member)],
        ])}
        ${problemList(memberProblem(member), { now, command, subject: ({ subject }) => html`${subject}` })}
        ${findingSection(checks, command)} ${objectSection(objects, member)}`,
  };
}

function objectSection(objects: readonly ScaledObjectStatus[], member: MemberStatus): Html {
  const rowOf = ({ rows }: ScaledObjectStatus) => rows.find((row) => isAbout(row, member));
  return section(
    'objects',
    'Scaled objects',
    tableOr('None has replicas there.', {
      caption: 'Workloads that have, or want, replicas there',
      columns: [
        {
          title: 'Scaled object',
          cell: (one) => link({ view: 'dso', namespace: one.namespace, name: one.name }, typedName(one)),
        },
        { title: 'State', cell: (one) => state(one.state, one.level) },
        { title: 'Want', cell: (one) => rowOf(one)?.desired ?? '?' },
        { title: 'Have', cell: (one) => rowOf(one)?.current ?? '?' },
        { title: 'Why', cell: (one) => rowOf(one)?.description ?? '–' },
      ],
      rows: objects,
      key: typedName,
    }),
  );
}
