import {
  type Clock,
  createKubeClient,
  type KubeClient,
  type KubeClientOptions,
  systemClock,
} from '../../kube/index.ts';
import type { Call } from '../cli-command.ts';
import { CliError, usageError } from '../failure/cli-error.ts';
import { ask, valueOf } from '../hub/answer.ts';
import { openHub, type OpenHub } from '../hub/open-hub.ts';
import { spokeAccess } from '../hub/spoke-access.ts';
import { document } from '../terminal/document.ts';
import { sayLeftOut } from '../terminal/say-left-out.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { version } from '../version.ts';
import { type CheckReport, checkReport, exitOfReport, hubSection } from './check-report.ts';
import type { ExitName } from '../exit-codes.ts';
import { checkClusters } from './check-clusters.ts';
import type { CheckFlags } from './check-flags.ts';
import { checks } from './checks.ts';
import { gatherHubFacts } from './facts/gather-hub-facts.ts';
import { lookAtServer, type LookAtServer } from './facts/server-certificate.ts';
import { contextResolves } from './hub-checks/context-resolves.ts';
import { hubAnswers } from './hub-checks/hub-answers.ts';
import { type Narrowed, narrowTo } from './narrow-to.ts';
import { listedChecks, renderCheckList } from './check-list.ts';
import { renderJunit } from './render-junit.ts';
import { renderReport, renderShort } from './render-report.ts';
import { selectChecks, type Selection } from './select-checks.ts';

export interface CheckServices {
  readonly open: OpenHub;
  readonly clock: Clock;
  readonly look: LookAtServer;
  /** Of this command line. */
  readonly version: string;
  readonly connect: (options: KubeClientOptions) => KubeClient;
}

export const usualCheckServices: CheckServices = {
  open: openHub,
  clock: systemClock,
  version,
  look: lookAtServer,
  connect: createKubeClient,
};

/** Checks from where the command line runs, and prints what it finds. Throws CliError, and the reason of the signal. */
export async function runChecks(
  call: Call<CheckFlags>,
  services: CheckServices = usualCheckServices,
): Promise<ExitName> {
  const { flags, terminal } = call;
  const selection = selectChecks(checks, flags);
  if (flags.list === true) {
    await list(terminal, selection, flags.output);
    return 'done';
  }
  const report = await check(call, selection, services);
  await print(call, report);
  return exitOfReport(report, flags.failOn);
}

async function check(
  call: Call<CheckFlags>,
  selection: Selection,
  services: CheckServices,
): Promise<CheckReport> {
  const { flags, host } = call;
  const { clock, open } = services;
  const access = spokeAccess(flags);
  const asking = { clock, signal: host.interruption() };
  const opened = await ask(asking, () => open(flags, host, { clock, plugins: access }));
  // What was typed wrong says nothing of the hub.
  if (opened.state === 'failed' && opened.error instanceof CliError) throw opened.error;
  const hub = valueOf(opened);
  try {
    const facts = await gatherHubFacts(opened, {
      ...asking,
      version: services.version,
      host,
      providerFile: flags.providerFile,
      pluginDirectories: access.pluginDirectories,
    });
    if (hub === undefined || facts.kubernetes.state !== 'answered') {
      // Nothing else matters then, wanted or not.
      const foundation = [contextResolves, hubAnswers];
      const others = selection.hub.filter((one) => !foundation.includes(one));
      return checkReport([hubSection(facts, [...foundation, ...others], host.machine)]);
    }
    const wide: Narrowed = {
      facts,
      hub: flags.on === undefined ? selection.hub : [],
      on: flags.on,
      namespace: flags.namespace,
    };
    const narrowed =
      flags.for === undefined ? wide : narrowTo(flags.for, { ...wide, contextNamespace: hub.namespace });
    const own = narrowed.hub.length > 0 ? [hubSection(narrowed.facts, narrowed.hub, host.machine)] : [];
    const clusters = await checkClusters(
      { ...call, flags: narrowed },
      { ...services, hub, access, facts: narrowed.facts, selection },
    );
    return checkReport([...own, ...clusters]);
  } finally {
    await hub?.close();
  }
}

async function print(
  { flags, terminal: { out }, host: { program } }: Call<CheckFlags>,
  report: CheckReport,
): Promise<void> {
  switch (flags.output) {
    case 'json':
      return out.write(await document('json', 'CheckReport', report));
    case 'junit':
      return out.write(renderJunit(report, flags.failOn));
    case 'short':
      for (const line of renderShort(report)) out.line(line);
      return undefined;
    case 'table':
      for (const line of renderReport(report, { style: out.style, program })) out.line(line);
      return undefined;
  }
}

async function list(
  { out, err }: Terminal,
  { hub, clusters, members }: Selection,
  output: CheckFlags['output'],
): Promise<void> {
  const selected = [...hub, ...clusters, ...members.filter(({ scope }) => scope === 'member')];
  if (output === 'json')
    return out.write(await document('json', 'CheckList', { checks: listedChecks(selected) }));
  if (output !== 'table')
    throw usageError(`--list goes with --output 'table' or 'json', not '${output}'.`, { code: 'WW5003' });
  const table = renderCheckList(selected, out.style);
  for (const line of table.lines) out.line(line);
  return sayLeftOut(err, table);
}
