import type { Call } from '../cli-command.ts';
import type { ExitName } from '../exit-codes.ts';
import { eachInstallation } from '../render/each-installation.ts';
import { titleOf } from '../render/given-installation.ts';
import { document } from '../terminal/document.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { ComparedInstallation } from './compare-installation.ts';
import type { DiffFlags } from './diff-flags.ts';
import { type DiffReport, diffReport } from './diff-report.ts';
import type { ObjectDiff } from './object-diff.ts';
import { renderObjectDiff, renderShortDiff } from './render-diff.ts';
import { sayObstacles } from './say-obstacles.ts';
import { type DiffServices, diffServices, withTargets } from './with-targets.ts';

/** Prints how clusters differ from what the files want. Throws CliError, and the reason of the signal. */
export async function showDiff(
  call: Call<DiffFlags>,
  services: DiffServices = diffServices,
): Promise<ExitName> {
  const { flags, terminal } = call;
  return withTargets(call, services, async ({ hub, compare }) => {
    const namespaces = { all: flags.namespace, fallback: hub.namespace ?? 'default' };
    const { results, failure } = await eachInstallation(call, namespaces, async (given) => {
      const { compared, differences } = await compare(given);
      if (flags.output !== 'json') print(terminal, compared, differences, flags.output);
      tell(call, compared, differences);
      return diffReport(compared, differences);
    });
    if (flags.output === 'json')
      terminal.out.write(await document('json', 'DiffReport', { installations: results }));
    return failure ?? exitOf(results);
  });
}

function exitOf(reports: readonly DiffReport[]): ExitName {
  if (reports.some(({ refused }) => refused.length > 0)) return 'usage';
  return reports.some(({ differences }) => differences.length > 0) ? 'negative' : 'done';
}

function print(
  { out }: Terminal,
  { cluster }: ComparedInstallation,
  differences: readonly ObjectDiff[],
  format: 'diff' | 'short',
): void {
  for (const difference of differences) {
    if (format === 'short') out.line(renderShortDiff(difference));
    else
      for (const line of renderObjectDiff(difference, { cluster: cluster.name, style: out.style }))
        out.line(line);
    if (format === 'diff') out.line('');
  }
}

/** What is no difference, and all of it in one sentence. */
function tell(
  { terminal: { err }, host }: Call<DiffFlags>,
  { rendered, cluster, exists, previewed }: ComparedInstallation,
  differences: readonly ObjectDiff[],
): void {
  sayObstacles({ cluster, previewed }, err, host.program);
  const title = `${titleOf(rendered)} ${rendered.version} on ${cluster.name}`;
  const absent = exists ? '' : ', once the hub has it';
  err.line(`${title}: ${summary(previewed.length, differences)}${absent}.`);
}

function summary(total: number, differences: readonly ObjectDiff[]): string {
  const happening = differences.filter(({ reportedOnly }) => reportedOnly !== true);
  const counts = (['create', 'change', 'remove'] as const).flatMap((action) => {
    const count = happening.filter((difference) => difference.action === action).length;
    return count === 0 ? [] : [`${count} ${past[action]}`];
  });
  const left = differences.length - happening.length;
  if (left > 0) counts.push(`${left} ${left === 1 ? 'differs' : 'differ'} and would only be reported`);
  const objects = total === 1 ? '1 object' : `${total} objects`;
  return counts.length === 0 ? `${objects}, no difference` : `of ${objects} ${counts.join(', ')}`;
}

const past = { create: 'would be created', change: 'would be changed', remove: 'would be removed' } as const;
