import type { CliCommand } from './cli-command.ts';
import { choice } from './command-line/choice.ts';
import { document } from './terminal/document.ts';
import { outputOptions } from './terminal/output-options.ts';
import { version } from './version.ts';

interface VersionFlags {
  readonly output?: 'json' | 'yaml';
}

export const versionCommand: CliCommand<VersionFlags> = {
  define(command) {
    command.addOption(choice('-o, --output <format>', 'for programs', ['json', 'yaml']));
    for (const option of outputOptions()) command.addOption(option);
  },
  async run({ flags: { output }, terminal: { out }, host: { platform } }) {
    if (output === undefined) out.line(`wheelwright ${version}`);
    else {
      const facts = { version, node: process.versions.node, platform: `${platform}/${process.arch}` };
      out.write(await document(output, 'Version', facts));
    }
    return 'done';
  },
};
