import type { KubeObject } from '../../api/index.ts';
import { eventing, serving } from '../../knative/index.ts';
import type { Call } from '../cli-command.ts';
import { type DiffReport, diffReport } from '../diff/diff-report.ts';
import { renderShortDiff } from '../diff/render-diff.ts';
import { sayObstacles } from '../diff/say-obstacles.ts';
import { type Comparing, type DiffServices, diffServices, withTargets } from '../diff/with-targets.ts';
import type { ExitName } from '../exit-codes.ts';
import { usageError } from '../failure/cli-error.ts';
import { listIfServed } from '../hub/list-if-served.ts';
import { eachOf } from '../render/each-installation.ts';
import { titleOf } from '../render/given-installation.ts';
import type { GivenDocument } from '../render/read-documents.ts';
import { type InstallationType, typedName } from '../status/installation.ts';
import { parseObjectName, selectObject } from '../status/select-object.ts';
import { document } from '../terminal/document.ts';
import { sayLeftOut } from '../terminal/say-left-out.ts';
import { type Column, renderTable } from '../terminal/table.ts';
import type { AdoptFlags } from './adopt-flags.ts';

/** What would become of one installation. */
interface Adoption extends DiffReport {
  /** Objects that the other operator holds fields of, whose managedFields would change. */
  readonly takenOver: number;
}

/** Prints what the operator would write to take over the installations of the hub. Throws CliError, and the reason of the signal. */
export async function showAdoption(
  call: Call<AdoptFlags>,
  services: DiffServices = diffServices,
): Promise<ExitName> {
  return withTargets(call, services, (comparing) => compareAll(call, comparing));
}

async function compareAll(call: Call<AdoptFlags>, { hub, compare }: Comparing): Promise<ExitName> {
  const { flags, host, terminal } = call;
  const documents = await readInstallations(call, hub);
  const { results, failure } = await eachOf(documents, call, { all: undefined }, async (given) => {
    const { spec, status } = given.installation;
    const installed = status?.version;
    const isPinned = spec.version !== undefined && spec.version !== '';
    if (!isPinned && installed !== undefined)
      terminal.err.line(
        `${titleOf(given)} has no spec.version: an operator with newer releases than ${installed} upgrades it.`,
      );
    const { compared, differences } = await compare(given, isPinned ? undefined : installed);
    for (const difference of differences) terminal.err.line(renderShortDiff(difference));
    sayObstacles(compared, terminal.err, host.program);
    const takenOver = compared.previewed.filter((one) => one.takenOver === true).length;
    return { ...diffReport(compared, differences), takenOver };
  });
  if (flags.output === 'json')
    terminal.out.write(await document('json', 'AdoptionReport', { installations: results }));
  else print(call, results);
  for (const line of conclusions(results, documents.length, host.program)) terminal.err.line(line);
  return failure ?? exitOf(results);
}

type HubOf = Comparing['hub'];

/** Those that are named, else all; in one namespace where that is given. Throws CliError where there are none. */
async function readInstallations(
  { operands, flags, host }: Call<AdoptFlags>,
  hub: HubOf,
): Promise<readonly GivenDocument[]> {
  const { namespace } = flags;
  const signal = host.interruption();
  const where = { signal, ...(namespace === undefined ? {} : { namespace }) };
  const [servings = [], eventings = []] = await Promise.all(
    [serving, eventing].map(({ resource }) => listIfServed(hub.client, resource, where)),
  );
  const [names = []] = operands;
  const wanted = typeof names === 'string' ? [names] : names;
  const chosen =
    wanted.length === 0
      ? [...servings, ...eventings]
      : wanted.map((text) => chosenOf(text, { serving: servings, eventing: eventings }, flags, hub));
  if (chosen.length === 0)
    throw usageError('There is no KnativeServing or KnativeEventing on this hub.', {
      fix: 'look whether --context and --namespace are those of the hub that the other operator works on',
      code: 'WW5004',
    });
  return chosen.map((object) => ({ object, source: 'the hub' }));
}

function chosenOf(
  text: string,
  objects: { readonly serving: readonly KubeObject[]; readonly eventing: readonly KubeObject[] },
  { namespace }: AdoptFlags,
  hub: HubOf,
): KubeObject {
  const name = parseObjectName(text);
  if (name.type !== 'serving' && name.type !== 'eventing')
    throw usageError(`The type of '${text}' must be 'serving' or 'eventing', as in serving/knative.`, {
      code: 'WW5003',
    });
  const rows = objects[name.type].map((object) => ({
    namespace: object.metadata.namespace ?? '',
    name: object.metadata.name,
    object,
  }));
  return selectObject(rows, { ...name, namespace: name.namespace ?? namespace }, hub.namespace).object;
}

function print({ terminal: { out, err } }: Call<AdoptFlags>, rows: readonly Adoption[]): void {
  if (rows.length === 0) return;
  const table = renderTable(rows, columns, { style: out.style, wide: false });
  for (const line of table.lines) out.line(line);
  sayLeftOut(err, table);
}

const columns: readonly Column<Adoption>[] = [
  { title: 'NAME', value: (row) => typedName({ ...row, type: typeOf(row) }) },
  { title: 'CLUSTER', value: ({ cluster }) => cluster, leaveOut: 1 },
  { title: 'VERSION', value: ({ version }) => version, leaveOut: 2 },
  { title: 'OBJECTS', value: ({ total }) => String(total), leaveOut: 3 },
  { title: 'MANAGEDFIELDS', value: ({ takenOver }) => String(takenOver) },
  { title: 'WRITES', value: (row) => String(writesOf(row)) },
];

function typeOf({ kind }: Adoption): InstallationType {
  return kind === serving.kind ? 'serving' : 'eventing';
}

function writesOf({ differences, refused }: Adoption): number {
  return differences.filter(({ reportedOnly }) => reportedOnly !== true).length + refused.length;
}

function conclusions(rows: readonly Adoption[], asked: number, program: string): readonly string[] {
  const writes = rows.reduce((sum, row) => sum + writesOf(row), 0);
  const objects = writes === 1 ? '1 object' : `${writes} objects`;
  const written = `${objects} would be written: ${program} diff -f shows how, for the same objects in a file.`;
  const failed = asked - rows.length;
  // Of what nobody has looked at, nobody can say that it stays as it is.
  if (failed > 0)
    return [
      ...(writes === 0 ? [] : [written]),
      `${failed} of ${asked} installations could not be compared: what would be written there is not known.`,
    ];
  return [writes === 0 ? 'Nothing but managedFields would be written.' : written];
}

function exitOf(rows: readonly Adoption[]): ExitName {
  if (rows.some(({ refused }) => refused.length > 0)) return 'usage';
  return rows.some((row) => writesOf(row) > 0) ? 'negative' : 'done';
}
