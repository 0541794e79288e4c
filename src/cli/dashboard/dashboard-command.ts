import { Option } from 'commander';
import type { CheckServices } from '../check/run-checks.ts';
import type { CliCommand } from '../cli-command.ts';
import { usageError } from '../failure/cli-error.ts';
import { accessOptions } from '../hub/access-options.ts';
import { hubOptions } from '../hub/hub-options.ts';
import { outputOptions } from '../terminal/output-options.ts';
import type { DashboardFlags } from './dashboard-flags.ts';

/** The fleet as a page in a browser on this machine. */
export function dashboardCommand(services?: CheckServices): CliCommand<DashboardFlags> {
  return {
    define(command) {
      command.addOption(
        new Option('--port <port>', 'port on 127.0.0.1; 0 for any that is free').default(0).argParser(portOf),
      );
      command.addOption(
        new Option(
          '--provider-file <file>',
          'access provider file of the operator; without it no cluster is seen but the hub',
        ),
      );
      const options = hubOptions().filter(({ long }) => long !== '--namespace');
      for (const option of [...options, ...accessOptions(), ...outputOptions()]) command.addOption(option);
    },
    async run(call) {
      const { serveDashboard } = await import('./serve-dashboard.ts');
      return serveDashboard(call, services);
    },
  };
}

function portOf(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw usageError(`--port must be a number from 0 to 65535, not '${text}'.`, { code: 'WW5003' });
}
