import { crdFile, servedKinds } from '../src/api/crd/index.ts';
import {
  capabilities,
  emptiedNamespaceRules,
  memberRules,
  spokeRules,
  workloadDeliveryRules,
} from '../src/operator/index.ts';
import { alertsTable } from './chart/alerts-table.ts';
import { boardJson, boards } from './chart/boards/index.ts';
import { definitionTemplate } from './chart/definition-template.ts';
import { capabilityChapters, clusterRoleFile, rulesTable } from './chart/rights-document.ts';
import { rulesTemplate } from './chart/rules-template.ts';
import { jsonSchema } from './chart/schema-node.ts';
import { chartValues } from './chart/values.ts';
import { valuesFile } from './chart/values-file.ts';
import { valuesTable } from './chart/values-table.ts';
import { filesBelow, keepGenerated, textOf } from './generated-files.ts';

const definitions = 'charts/wheelwright/templates/crds/';

/** Writes what of the chart and of its documents is made from the source; with `--check` only says what is stale and exits 1. */
async function main(options: readonly string[]): Promise<number> {
  const present = await filesBelow(definitions);
  return keepGenerated({ wanted: await files(), present, command: 'npm run chart' }, options);
}

const workloadRules = workloadDeliveryRules(['Deployment', 'StatefulSet']);

/** Path to text. */
async function files(): Promise<ReadonlyMap<string, string>> {
  const schema = jsonSchema(chartValues);
  const templates = servedKinds.map(crdFile).map(definitionTemplate);
  return new Map([
    ['charts/wheelwright/values.yaml', valuesFile(schema)],
    ['charts/wheelwright/values.schema.json', `${JSON.stringify(schema, null, 2)}\n`],
    [
      'charts/wheelwright/README.md',
      await between('charts/wheelwright/README.md', 'values', valuesTable(schema)),
    ],
    ['charts/wheelwright/templates/_rules.tpl', rulesTemplate(capabilities)],
    ...templates.map(({ name, text }) => [definitions + name, text] as const),
    ...boards.map(
      (board) => [`charts/wheelwright/files/dashboards/${board.uid}.json`, boardJson(board)] as const,
    ),
    [
      'docs/rbac/knative-on-a-spoke.yaml',
      clusterRoleFile(
        'wheelwright-knative',
        'All that installing Knative on a cluster takes there.',
        spokeRules,
      ),
    ],
    [
      'docs/rbac/emptied-namespaces-on-a-spoke.yaml',
      clusterRoleFile(
        'wheelwright-emptied-namespaces',
        'What removing namespaces takes beside that, once nothing is in them.',
        emptiedNamespaceRules,
      ),
    ],
    [
      'docs/rbac/member.yaml',
      clusterRoleFile('kedify-agent', 'All that spreading workloads takes on a member.', memberRules),
    ],
    [
      'docs/rbac/workloads-from-hub-on-a-member.yaml',
      clusterRoleFile(
        'wheelwright-workloads',
        'What delivering workloads from the hub takes beside that, in the namespaces of the workloads.',
        workloadRules,
      ),
    ],
    ['docs/rbac.md', await rightsDocument()],
    [
      'docs/runbooks.md',
      await between(
        'docs/runbooks.md',
        'alerts',
        alertsTable((await textOf('charts/wheelwright/files/alerts.yaml')) ?? ''),
      ),
    ],
  ]);
}

async function rightsDocument(): Promise<string> {
  const path = 'docs/rbac.md';
  const chapters = await between(path, 'capabilities', capabilityChapters(capabilities));
  const spoke = replaceBetween(chapters, path, 'spoke', rulesTable(spokeRules));
  const member = replaceBetween(spoke, path, 'member', rulesTable(memberRules));
  return replaceBetween(member, path, 'workloads', rulesTable(workloadRules));
}

async function between(path: string, name: string, text: string): Promise<string> {
  return replaceBetween((await textOf(path)) ?? '', path, name, text);
}

/** Puts text between the lines of a document that name it. Throws where they are missing. */
function replaceBetween(document: string, path: string, name: string, text: string): string {
  const markers = { begin: `<!-- ${name}: written by npm run chart -->`, end: `<!-- end of ${name} -->` };
  const begin = document.indexOf(markers.begin);
  const end = document.indexOf(markers.end);
  if (begin < 0 || end < begin)
    throw new Error(`${path} must have '${markers.begin}' and then '${markers.end}'`);
  return `${document.slice(0, begin)}${markers.begin}\n${text}\n${document.slice(end)}`;
}

process.exitCode = await main(process.argv.slice(2));
