import { table } from '../markdown.ts';
import { annotationsPage } from './annotations-page.ts';
import { checksPage } from './checks-page.ts';
import { cliPage } from './cli-page.ts';
import { codesPage } from './codes-page.ts';
import { conditionsPage } from './conditions-page.ts';
import { eventsPage } from './events-page.ts';
import { flagsPage } from './flags-page.ts';
import { jsonPage } from './json-page.ts';
import { kindPages } from './kind-pages.ts';
import { metricsPage } from './metrics-page.ts';
import { type Page, pageText } from './page.ts';
import { reasonsPage } from './reasons-page.ts';
import { versionsPage } from './versions-page.ts';

/** Every file of `docs/reference` with its text, by its name there. */
export async function referenceFiles(): Promise<ReadonlyMap<string, string>> {
  const pages = [
    await cliPage(),
    await jsonPage(),
    flagsPage(),
    ...(await kindPages()),
    conditionsPage(),
    eventsPage(),
    metricsPage(),
    annotationsPage(),
    checksPage(),
    reasonsPage(),
    codesPage(),
    await versionsPage(),
  ];
  return new Map([
    ['README.md', pageText(contents(pages))],
    ...pages.map((page) => [page.file, pageText(page)] as const),
  ]);
}

/** What else there is to look up. */
const elsewhere: readonly (readonly [link: string, summary: string])[] = [
  ['[Values of the chart](../../charts/wheelwright/README.md#values)', 'Every value, with its default.'],
  ['[Rights](../rbac.md)', 'Every rule of every role, with the reason for it.'],
  ['[Alerts](../runbooks.md)', 'Every alert: what it means, and what to do.'],
  [
    '[Deprecations](../deprecations.md)',
    'What stays, what may go and how, and how you find it in your clusters.',
  ],
];

function contents(pages: readonly Page[]): Pick<Page, 'title' | 'body'> {
  const rows = [
    ...pages
      .filter(({ file }) => !file.includes('/'))
      .map(({ file, title, summary }) => [`[${title}](${file})`, summary]),
    ...elsewhere,
  ];
  return {
    title: 'Reference',
    body: `Pages of this folder are written from the source by \`npm run reference\`; \`npm run check\` fails where one is stale. Below them is what\nelse there is to look up.\n\n${table(['page', 'what it has'], rows)}`,
  };
}
