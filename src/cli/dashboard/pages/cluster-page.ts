import { typedName } from '../../status/installation.ts';
import type { InstallationStatus } from '../../status/installation-status.ts';
import { objectStatus } from '../../status/object-view.ts';
import { valueOf } from '../../hub/answer.ts';
import { ageOrNothing } from '../parts/age.ts';
import { conditionTable } from '../parts/conditions.ts';
import { findingSection } from '../parts/findings.ts';
import { factList } from '../parts/facts.ts';
import { happeningTable } from '../parts/happenings.ts';
import { html, type Html } from '../parts/html.ts';
import { link } from '../parts/link.ts';
import { noteList, notesOf } from '../parts/notes.ts';
import { problemList } from '../parts/problems.ts';
import { section, tableOr } from '../parts/section.ts';
import { state } from '../parts/state.ts';
import { stateFacts } from '../parts/state-facts.ts';
import { subjectLink } from '../parts/subject-link.ts';
import { toldOf } from '../parts/visited.ts';
import { fleetStart } from '../place.ts';
import type { Look, Page } from './page.ts';

/** One cluster: what is wrong with it, what is installed there, what happened. Undefined where there is no such cluster. */
export function clusterPage(name: string, look: Look): Page | undefined {
  const { facts, fleet, extra, command } = look;
  const cluster = fleet.clusters.find((one) => one.name === name);
  if (cluster === undefined) return undefined;
  const status = objectStatus({ type: 'cluster', cluster }, facts, valueOf(extra.happenings) ?? []);
  const { checks } = extra;
  const notes = notesOf(look);
  const installations = [...cluster.serving, ...cluster.eventing];
  return {
    title: `Cluster ${name}`,
    above: [{ place: fleetStart, text: 'Fleet' }],
    content: [status, notes, toldOf(checks)],
    isAbout: (subject) =>
      subject === `cluster/${name}` || installations.some((one) => typedName(one) === subject),
    body: (now) =>
      html`<h1>Cluster ${name}</h1>
        ${noteList(notes)}
        ${factList([
          ...stateFacts(cluster, now),
          ['Kubernetes', cluster.kubernetes ?? '?'],
          ['Manager', cluster.manager ?? '–'],
          ['Access by', cluster.providers.join(', ') || '–'],
        ])}
        ${problemList(status.problems, { now, command, subject: ({ subject }) => subjectLink(subject, fleet) })}
        ${findingSection(checks, command)} ${installed(installations, now)}
        ${conditionTable(status.conditions, now)} ${happeningTable(status.events, now)}`,
  };
}

function installed(installations: readonly InstallationStatus[], now: number): Html {
  return section(
    'installed',
    'Installed',
    tableOr('Nothing names this cluster.', {
      caption: 'Knative on this cluster',
      columns: [
        {
          title: 'Object',
          cell: (one) => link({ view: one.type, namespace: one.namespace, name: one.name }, typedName(one)),
        },
        { title: 'State', cell: (one) => state(one.state, one.level) },
        { title: 'Version', cell: ({ version }) => version ?? '–' },
        { title: 'Since', cell: ({ since }) => ageOrNothing(since, now) },
        { title: 'Next', cell: ({ next }) => next ?? '–' },
      ],
      rows: installations,
      key: typedName,
    }),
  );
}
