import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { crdFile, servedKinds } from '../src/api/crd/index.ts';
import {
  capabilities,
  emptiedNamespaceRules,
  memberRules,
  spokeRules,
  workloadDeliveryRules,
} from '../src/operator/index.ts';
import { definitionTemplate } from './chart/definition-template.ts';
import { capabilityChapters, clusterRoleFile, rulesTable } from './chart/rights-document.ts';
import { rulesTemplate } from './chart/rules-template.ts';
import { jsonSchema } from './chart/schema-node.ts';
import { chartValues } from './chart/values.ts';
import { valuesFile } from './chart/values-file.ts';
import { valuesTable } from './chart/values-table.ts';

const root = new URL('../', import.meta.url);
const definitions = 'charts/wheelwright/templates/crds/';

/** Writes what of the chart and of its documents is made from the source; with `--check` only says what is stale and exits 1. */
async function main(options: readonly string[]): Promise<number> {
  const wanted = await files();
  const present = await readdir(new URL(definitions, root)).catch(() => []);
  const orphaned = present.map((name) => definitions + name).filter((path) => !wanted.has(path));
  const stale: string[] = [];
  for (const [path, text] of wanted) if ((await textOf(path)) !== text) stale.push(path);
  if (options.includes('--check')) {
    for (const path of [...stale, ...orphaned])
      process.stderr.write(`${path} is stale: run 'npm run chart'\n`);
    return stale.length + orphaned.length === 0 ? 0 : 1;
  }
  for (const path of orphaned) await rm(new URL(path, root));
  for (const path of stale) {
    const file = new URL(path, root);
    await mkdir(new URL('.', file), { recursive: true });
    await writeFile(file, wanted.get(path) ?? '');
    process.stdout.write(`wrote ${path}\n`);
  }
  return 0;
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

async function textOf(path: string): Promise<string | undefined> {
  return readFile(new URL(path, root), 'utf8').catch(() => undefined);
}

process.exitCode = await main(process.argv.slice(2));
