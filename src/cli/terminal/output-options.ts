import { Option } from 'commander';
import { choice } from '../command-line/choice.ts';

/** What every command can be told about how it talks. */
export interface OutputFlags {
  readonly color?: 'always' | 'never' | 'auto';
  readonly ascii?: boolean;
  readonly accessible?: boolean;
  readonly progress?: 'auto' | 'plain' | 'none' | 'json' | false;
}

export function outputOptions(): readonly Option[] {
  const options = [
    choice('--color <when>', 'colours', ['always', 'never', 'auto']),
    new Option('--ascii', 'words in place of symbols'),
    new Option(
      '--accessible',
      'for screen readers: sentences in place of tables (env WHEELWRIGHT_ACCESSIBLE)',
    ),
    choice('--progress <how>', 'progress on stderr', ['auto', 'plain', 'none', 'json']),
    new Option('--no-progress', 'the same as --progress=none'),
  ];
  return options.map((option) => option.helpGroup('Output:'));
}
