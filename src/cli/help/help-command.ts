import type { CliCommand, CommandEntry } from '../cli-command.ts';
import { type CliError, usageError } from '../failure/cli-error.ts';
import { outputOptions } from '../terminal/output-options.ts';
import { topics, type TopicView } from './topics.ts';

/** Topics and codes; help about a command is its own. */
export const helpCommand: CliCommand = {
  operands: () => topics.map(({ name }) => name),
  define(command) {
    const names = topics.map(({ name }) => name).join(', ');
    command.argument('[topic]', `a command, a code such as WW2007, or one of ${names}`);
    for (const option of outputOptions()) command.addOption(option);
  },
  async run({ operands, host, terminal: { out }, commands }) {
    const name = operands[0]?.toString();
    const lines =
      name === undefined ? overview() : await linesAbout(name, { program: host.program, style: out.style });
    if (lines === undefined) throw unknown(name ?? '', commands);
    for (const line of lines) out.line(line);
    return 'done';
  },
};

function overview(): readonly string[] {
  return topics.map(({ name, summary }) => `${name.padEnd(12)}  ${summary}`);
}

async function linesAbout(name: string, view: TopicView): Promise<readonly string[] | undefined> {
  const topic = topics.find((candidate) => candidate.name === name);
  if (topic !== undefined) return topic.lines(view);
  const { codeLines } = await import('../codes/code-lines.ts');
  return codeLines(name.toUpperCase());
}

function unknown(name: string, commands: readonly CommandEntry[]): CliError {
  const words = [...commands.filter(({ hidden }) => hidden !== true), ...topics].map((one) => one.name);
  return usageError(`There is no help about '${name}'.`, {
    fix: `name one of ${words.join(', ')}, or a code such as WW2007`,
  });
}
