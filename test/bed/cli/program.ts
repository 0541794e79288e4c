import { Command, InvalidArgumentError, Option } from 'commander';
import { endRecordedBed } from '../end-recorded-bed.ts';
import { givenClusters, type BedPaths } from './given-clusters.ts';
import { up } from './up.ts';

const mostSpokes = 20;

/** The commands `up` and `down`. `signal` ends a bed that is up. */
export function bedProgram(signal: AbortSignal): Command {
  const program = new Command('bed').description(
    'Real Kubernetes control planes as processes: a hub and its spokes.',
  );
  program.exitOverride().showHelpAfterError('(bed --help tells more)');
  program
    .command('up')
    .description(
      'start a bed, print one line of JSON with the paths of its kubeconfig files, and keep it until Ctrl-C',
    )
    .addOption(new Option('--spokes <count>', 'number of spokes').argParser(spokeCount).default(3))
    .option('--dir <directory>', 'where to keep it; must be new or empty (default: a temporary directory)')
    .addOption(
      new Option(
        '--kubeconfigs <files>',
        'start nothing, print the line for clusters that you have: kubeconfig files separated by commas, first that of the hub',
      ).conflicts(['spokes', 'dir']),
    )
    .action(async ({ kubeconfigs, ...options }: { kubeconfigs?: string; spokes: number; dir?: string }) => {
      if (kubeconfigs === undefined) await up(options, signal, printPaths);
      else printPaths(await givenClusters(kubeconfigs));
    });
  program
    .command('down')
    .description('end a bed from elsewhere, or clean up after one that was killed')
    .requiredOption('--dir <directory>', 'the directory of the bed')
    .action(async ({ dir }: { dir: string }) => {
      const ended = await endRecordedBed(dir);
      process.stderr.write(ended ? `The bed in '${dir}' has ended.\n` : `No bed in '${dir}'.\n`);
    });
  return program;
}

function spokeCount(text: string): number {
  const count = Number(text);
  if (/^\d+$/.test(text) && count <= mostSpokes) return count;
  throw new InvalidArgumentError(`It must be a whole number from 0 to ${mostSpokes}.`);
}

function printPaths(paths: BedPaths): void {
  process.stdout.write(`${JSON.stringify(paths)}\n`);
}
