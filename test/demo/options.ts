import { Command } from 'commander';

export interface DemoOptions {
  /** Ends by itself, and fails where a step did not hold. */
  readonly once: boolean;
  /** Prints the figures as one line of JSON at the end. */
  readonly json: boolean;
  /** Kubeconfig files of clusters to use in place of the bed, separated by commas. */
  readonly kubeconfigs: string | undefined;
}

/** Throws CommanderError for wrong usage and for `--help`, which it has told of on standard error or output. */
export function parseDemoOptions(args: readonly string[]): DemoOptions {
  const program = new Command('demo')
    .description(
      'One hub, three spokes: Knative Serving installed, mended, left alone, removed; one workload spread over all of them by a trigger, through outages. Nothing leaves this machine.',
    )
    .option('--once', 'end when all is shown and removed again; fail where a step does not hold')
    .option('--json', 'with --once: print the figures as one line of JSON at the end, the story on stderr')
    .option(
      '--kubeconfigs <files>',
      'use clusters that you have: kubeconfig files separated by commas, first that of the hub',
    )
    .exitOverride()
    .showHelpAfterError('(npm run demo -- --help tells more)');
  program.parse(args, { from: 'user' });
  const { once = false, json = false, kubeconfigs } = program.opts<Partial<DemoOptions>>();
  if (json && !once) program.error("error: option '--json' needs '--once'");
  return { once, json, kubeconfigs };
}
