import { installed } from '../../status/fleet-table.ts';
import type { FleetStatus } from '../../status/fleet-status.ts';
import { replicasOf, replicasThere } from '../../status/scaling-tables.ts';
import { type FleetView, fleetView, type Portion } from '../fleet-view.ts';
import { ageOrNothing } from '../parts/age.ts';
import { factList } from '../parts/facts.ts';
import { html, type Html } from '../parts/html.ts';
import { link } from '../parts/link.ts';
import { noteList, notesOf } from '../parts/notes.ts';
import { problemList } from '../parts/problems.ts';
import { section } from '../parts/section.ts';
import { state } from '../parts/state.ts';
import { subjectLink } from '../parts/subject-link.ts';
import { table } from '../parts/table.ts';
import { addressOf, type Place } from '../place.ts';
import type { Look, Page } from './page.ts';

type FleetPlace = Extract<Place, { view: 'fleet' }>;

/** More are counted, not listed. */
const mostProblems = 20;

/** All clusters on one screen, worst first, and what to do next. */
export function fleetPage(place: FleetPlace, look: Look): Page {
  const { fleet, command } = look;
  const view = fleetView(fleet, place);
  const notes = notesOf(look);
  const problems = fleet.problems.slice(0, mostProblems);
  const more = fleet.problems.length - problems.length;
  return {
    title: 'Fleet',
    above: [],
    content: [fleet.hub, fleet.counts, view, problems, more, notes],
    isAbout: () => true,
    body: (now) =>
      html`<h1>Fleet</h1>
        ${noteList(notes)}
        ${factList([
          ['Hub', `${fleet.hub.context}, ${fleet.hub.server}`],
          ['Kubernetes', fleet.hub.kubernetes ?? '?'],
          ['Wheelwright', operatorOf(fleet)],
          ['Clusters', countsOf(fleet.counts.clusters)],
          ['Members', countsOf(fleet.counts.members)],
        ])}
        ${problemList(problems, { now, command, subject: ({ subject }) => subjectLink(subject, fleet) })}
        ${more === 0 ? '' : html`<p>And ${more} more, by <code>${command('status')}</code>.</p>`}
        ${filterForm(place)} ${clusterSection(view.clusters, now)} ${memberSection(view.members)}
        ${scaledObjectSection(view.scaledObjects, now)} ${pageLinks(place, view)}`,
  };
}

function operatorOf({ hub: { wheelwright, replicas, buckets } }: FleetStatus): string {
  const version = wheelwright ?? 'version not known';
  if (replicas === null || buckets === null) return version;
  const count = replicas === 1 ? '1 replica' : `${replicas} replicas`;
  return `${version}, ${count} at work, ${buckets.held} of ${buckets.total} Leases held`;
}

/** `4: 1 Ready, 3 Unreachable`. */
function countsOf(counts: Readonly<Partial<Record<string, number>>>): string {
  const states = Object.entries(counts).map(([name, count = 0]) => ({ name, count }));
  const total = states.reduce((sum, { count }) => sum + count, 0);
  return total === 0 ? '0' : `${total}: ${states.map(({ name, count }) => `${count} ${name}`).join(', ')}`;
}

function filterForm({ filter }: FleetPlace): Html {
  return html`<form id="filter-form" class="filter" role="search" action="/" method="get">
    <label for="filter">Filter by name, state or message</label>
    <input
      id="filter"
      name="q"
      type="search"
      maxlength="253"
      autocomplete="off"
      spellcheck="false"
      value="${filter}"
    />
    <button>Filter</button>
  </form>`;
}

function clusterSection(clusters: FleetView['clusters'], now: number): Html {
  return portionSection('clusters', 'Clusters', clusters, 'The hub knows no clusters yet.', () =>
    table({
      caption: `Clusters that Knative is installed on, worst first${shownOf(clusters)}`,
      columns: [
        { title: 'Cluster', cell: ({ name }) => link({ view: 'cluster', name }, name) },
        { title: 'State', cell: (cluster) => state(cluster.state, cluster.level) },
        { title: 'Serving', cell: (cluster) => installed(cluster.serving, cluster.state) },
        { title: 'Eventing', cell: (cluster) => installed(cluster.eventing, cluster.state) },
        { title: 'Since', cell: ({ since }) => ageOrNothing(since, now) },
        { title: 'Kubernetes', cell: ({ kubernetes }) => kubernetes ?? '?' },
        { title: 'Next', cell: ({ next }) => next ?? '–' },
      ],
      rows: clusters.rows,
      key: ({ name }) => `cluster ${name}`,
    }),
  );
}

function memberSection(members: FleetView['members']): Html {
  return portionSection('members', 'Members', members, undefined, () =>
    table({
      caption: `Clusters that take replicas, worst first${shownOf(members)}`,
      columns: [
        {
          title: 'Member',
          cell: ({ name, configuration: { namespace } }) => link({ view: 'member', namespace, name }, name),
        },
        { title: 'State', cell: (member) => state(member.state, member.level) },
        { title: 'Provider', cell: ({ provider }) => provider ?? '?' },
        { title: 'Objects', cell: ({ objects }) => objects },
        { title: 'Replicas', cell: replicasThere },
        { title: 'Next', cell: ({ next }) => next ?? '–' },
      ],
      rows: members.rows,
      key: ({ name, configuration: { namespace } }) => `member ${namespace} ${name}`,
    }),
  );
}

function scaledObjectSection(objects: FleetView['scaledObjects'], now: number): Html {
  return portionSection('scaled-objects', 'Scaled objects', objects, undefined, () =>
    table({
      caption: `Workloads that are spread over members, worst first${shownOf(objects)}`,
      columns: [
        {
          title: 'Scaled object',
          cell: ({ namespace, name }) => link({ view: 'dso', namespace, name }, `${namespace}/${name}`),
        },
        { title: 'State', cell: (object) => state(object.state, object.level) },
        { title: 'Replicas', cell: replicasOf },
        { title: 'Members', cell: ({ healthyMembers, rows }) => `${healthyMembers}/${rows.length}` },
        { title: 'Since', cell: ({ since }) => ageOrNothing(since, now) },
        { title: 'Target', cell: ({ target }) => target ?? '?' },
        { title: 'Next', cell: ({ next }) => next ?? '–' },
      ],
      rows: objects.rows,
      key: ({ namespace, name }) => `dso ${namespace} ${name}`,
    }),
  );
}

/** Without rows, a word in their place; nothing at all where there are none of that kind and none are missed. */
function portionSection(
  id: string,
  title: string,
  { rows, matching, all }: Portion<unknown>,
  none: string | undefined,
  rowsTable: () => Html,
): Html {
  if (all === 0 && none === undefined) return html``;
  const empty = all === 0 ? none : matching === 0 ? 'The filter lets none of them through.' : 'No more.';
  return section(id, title, rows.length === 0 ? html`<p>${empty}</p>` : rowsTable());
}

function shownOf({ rows, matching, all }: Portion<unknown>): string {
  return rows.length === all ? '' : `: ${rows.length} of ${matching} that match, of ${all}`;
}

function pageLinks(place: FleetPlace, { page, pages }: FleetView): Html {
  if (pages === 1) return html``;
  const to = (number: number, text: string): Html =>
    number < 1 || number > pages
      ? html``
      : html`<li><a href="${addressOf({ ...place, page: number })}">${text}</a></li>`;
  return html`<nav aria-label="Pages">
    <ul class="pages">
      ${to(page - 1, 'Previous page')}
      <li>Page ${page} of ${pages}</li>
      ${to(page + 1, 'Next page')}
    </ul>
  </nav>`;
}
