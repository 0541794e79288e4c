import { reasons } from '../../api/index.ts';
import { describeIdentity } from '../../delivery/index.ts';
import { createKubeClient, type KubeClient, type KubeClientOptions } from '../../kube/index.ts';
import type { Call } from '../cli-command.ts';
import type { ExitName } from '../exit-codes.ts';
import { printComplaint } from '../failure/print-complaint.ts';
import { openHub, type OpenHub } from '../hub/open-hub.ts';
import { spokeAccess } from '../hub/spoke-access.ts';
import { asInputError, eachInstallation } from '../render/each-installation.ts';
import { titleOf } from '../render/given-installation.ts';
import { sayFindings } from '../render/say-findings.ts';
import { renderOptions, type RenderServices, renderServices } from '../render/show-rendering.ts';
import { document } from '../terminal/document.ts';
import { plainText } from '../terminal/plain-text.ts';
import type { Progress } from '../terminal/progress.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { compareInstallation, type ComparedInstallation } from './compare-installation.ts';
import type { DiffFlags } from './diff-flags.ts';
import { type DiffReport, diffReport } from './diff-report.ts';
import { type ObjectDiff, objectDiff } from './object-diff.ts';
import { renderObjectDiff, renderShortDiff } from './render-diff.ts';
import { TargetClusters } from './target-clusters.ts';

export interface DiffServices extends RenderServices {
  readonly open: OpenHub;
  readonly connect: (options: KubeClientOptions) => KubeClient;
}

const usual: DiffServices = { ...renderServices, open: openHub, connect: createKubeClient };

/** Prints how clusters differ from what the files want. Throws CliError, and the reason of the signal. */
export async function showDiff(call: Call<DiffFlags>, services: DiffServices = usual): Promise<ExitName> {
  try {
    return await compareAll(call, services);
  } catch (error) {
    call.host.interruption().throwIfAborted();
    throw asInputError(error, call.host.program);
  }
}

async function compareAll(call: Call<DiffFlags>, services: DiffServices): Promise<ExitName> {
  const { flags, host, terminal } = call;
  const { clock } = services;
  const signal = host.interruption();
  const rendering = renderOptions(call, services);
  const access = spokeAccess(flags);
  const hub = await services.open(flags, host, { clock, plugins: access });
  const targets = new TargetClusters({
    ...services,
    hub,
    providerFile: flags.providerFile,
    access,
    env: host.env,
    signal,
  });
  try {
    const onHub = await targets.hub();
    const { results, failure } = await eachInstallation(
      call,
      { all: flags.namespace, fallback: hub.namespace ?? 'default' },
      async (given) => {
        const progress = watchProgress(terminal, clock, titleOf(given));
        try {
          const compared = await compareInstallation(given, {
            targets,
            hub: onHub,
            rendering,
            onRendered: (rendered) => sayFindings(terminal.err, rendered, rendered.findings),
            onProgress: progress.update,
          });
          await progress.end();
          const differences = compared.previewed.flatMap((previewed) => objectDiff(previewed) ?? []);
          if (flags.output !== 'json') print(terminal, compared, differences, flags.output);
          tell(call, compared, differences);
          return diffReport(compared, differences);
        } finally {
          await progress.end();
        }
      },
    );
    if (flags.output === 'json')
      terminal.out.write(await document('json', 'DiffReport', { installations: results }));
    return failure ?? exitOf(results);
  } finally {
    await targets.close();
    await hub.close();
  }
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
  for (const one of previewed) {
    if (one.action === 'refused') {
      const problem = `Cluster "${cluster.name}" would refuse ${describeIdentity(one.identity)}.`;
      const { code } = reasons.InstallFailed;
      const complaint = { problem, cause: one.error.status.message, code, exit: 'usage' } as const;
      printComplaint(err, complaint, host.program);
    }
    for (const { field, manager } of one.left ?? [])
      err.line(
        plainText(
          `${field} of ${describeIdentity(one.identity)} belongs to ${manager} and would be left to it.`,
        ),
      );
  }
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

/** Not more often than somebody wants to read it. */
const updateEvery = 32;

function watchProgress(
  terminal: Terminal,
  clock: DiffServices['clock'],
  title: string,
): { readonly update: (done: number, total: number) => void; readonly end: Progress['end'] } {
  const state = { task: `Comparing ${title}`, waitingFor: [] };
  const progress = terminal.startProgress(clock, { ...state, done: 0, total: 1 });
  return {
    update: (done, total) => {
      if (done % updateEvery === 0) progress.update({ ...state, done, total });
    },
    end: () => progress.end(),
  };
}
