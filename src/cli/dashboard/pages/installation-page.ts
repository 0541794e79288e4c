import { valueOf } from '../../hub/answer.ts';
import { type InstallationType, kinds, typedName } from '../../status/installation.ts';
import { objectStatus } from '../../status/object-view.ts';
import { conditionTable } from '../parts/conditions.ts';
import { factList } from '../parts/facts.ts';
import { happeningTable } from '../parts/happenings.ts';
import { html } from '../parts/html.ts';
import { inventorySection } from '../parts/inventory.ts';
import { link } from '../parts/link.ts';
import { noteList, notesOf } from '../parts/notes.ts';
import { problemList } from '../parts/problems.ts';
import { state } from '../parts/state.ts';
import { stateFacts } from '../parts/state-facts.ts';
import { subjectLink } from '../parts/subject-link.ts';
import { toldOf } from '../parts/visited.ts';
import { fleetStart } from '../place.ts';
import type { Look, Page } from './page.ts';

interface InstallationName {
  readonly view: InstallationType;
  readonly namespace: string;
  readonly name: string;
}

/** One KnativeServing or KnativeEventing with its conditions, in which each stage tells how far it came. */
export function installationPage({ view, namespace, name }: InstallationName, look: Look): Page | undefined {
  const { facts, fleet, extra, command } = look;
  const cluster = fleet.clusters.find((one) =>
    one[view].some((each) => each.namespace === namespace && each.name === name),
  );
  const installation = cluster?.[view].find((one) => one.namespace === namespace && one.name === name);
  if (cluster === undefined || installation === undefined) return undefined;
  const subject = { type: 'installation', installation, cluster } as const;
  const status = objectStatus(subject, facts, valueOf(extra.happenings) ?? []);
  const { inventory } = extra;
  const notes = notesOf(look);
  const title = `${kinds[view]} ${namespace}/${name}`;
  const clusterPlace = { view: 'cluster', name: cluster.name } as const;
  return {
    title,
    above: [
      { place: fleetStart, text: 'Fleet' },
      { place: clusterPlace, text: `Cluster ${cluster.name}` },
    ],
    content: [status, notes, toldOf(inventory)],
    isAbout: (about) => about === typedName(installation) || about === `cluster/${cluster.name}`,
    body: (now) =>
      html`<h1>${title}</h1>
        ${noteList(notes)}
        ${factList([
          ...stateFacts(installation, now),
          ['Cluster', html`${link(clusterPlace, cluster.name)} ${state(cluster.state, cluster.level)}`],
          ['Namespace there', installation.targetNamespace ?? '–'],
          ['Version', installation.version ?? '–'],
          ['Wanted', installation.wantedVersion ?? 'the newest'],
        ])}
        ${problemList(status.problems, { now, command, subject: (problem) => subjectLink(problem.subject, fleet) })}
        ${inventorySection(inventory)} ${conditionTable(status.conditions, now)}
        ${happeningTable(status.events, now)}`,
  };
}
