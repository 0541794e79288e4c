import { Command } from 'commander';
import { apportion } from './apportion.ts';
import type { Benchmark } from './benchmark.ts';
import { dashboard } from './dashboard.ts';
import { drift } from './drift.ts';
import { fanout } from './fanout.ts';
import { idle } from './idle.ts';
import { install } from './install.ts';
import { machineFigures } from './machine.ts';

import { memory } from './memory.ts';
import { render } from './render.ts';
import type { Report } from './report.ts';
import { simulate } from './simulate.ts';
import { start } from './start.ts';

export interface BenchOutput {
  /** On stderr. */
  readonly tell: (what: string) => void;
  readonly show: (report: Report) => void;
  /** One line. */
  readonly json: (text: string) => void;
}

/** One command a benchmark. Throws CommanderError for wrong usage. */
export function benchProgram(output: BenchOutput): Command {
  const program = new Command('bench')
    .description(
      "Measurements of the bundle on real control planes; each prints one table. Goals are the design's.",
    )
    .exitOverride()
    .showHelpAfterError('(npm run bench -- --help tells more)');
  const commands = [
    commandOf(install, output),
    commandOf(drift, output),
    commandOf(start, output),
    commandOf(idle, output),
    commandOf(memory, output),
    commandOf(render, output),
    commandOf(fanout, output),
    commandOf(apportion, output),
    commandOf(simulate, output),
    commandOf(dashboard, output),
  ];
  for (const command of commands) program.addCommand(command);
  return program;
}

function commandOf<Flags>(benchmark: Benchmark<Flags>, { tell, show, json }: BenchOutput): Command {
  const command = benchmark
    .flags(new Command(benchmark.name).description(benchmark.about))
    .option('--json', 'print the figures as one line of JSON at the end')
    .exitOverride()
    .showHelpAfterError(`(npm run bench -- ${benchmark.name} --help tells more)`);
  return command.action(async (flags: Flags & { readonly json?: boolean }) => {
    const report = await benchmark.run(flags, tell);
    show(report);
    if (flags.json === true)
      json(JSON.stringify({ benchmark: benchmark.name, ...report.figures, machine: machineFigures() }));
  });
}
