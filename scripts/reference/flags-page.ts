import { operatorFlags } from '../../src/operator/index.ts';
import { flagsTable } from '../flags-table.ts';
import type { Page } from './page.ts';

export function flagsPage(): Page {
  return {
    file: 'flags.md',
    title: 'Flags of the operator',
    summary: 'What `wheelwright operator` takes, with defaults and environment variables.',
    body: [
      'The operator is `wheelwright operator`; the chart writes its command line from [values](../../charts/wheelwright/README.md#values),',
      'and takes further flags in `extraArgs`. A flag wins over its variable, a variable over the default. A flag that takes a value may',
      'have one dash or two, and `=` or a space before the value. A flag that does not exist, or a value that cannot be used, ends the',
      'process with exit code 2 and a sentence that says what is allowed.',
      '',
      flagsTable(operatorFlags),
      '',
      'Without `--namespace` the operator takes the namespace of its pod or of the context. `POD_NAME` names the replica in Leases and',
      'events; without it the name of the machine does. The flags of the other commands stand in [the command line](cli.md).',
    ].join('\n'),
  };
}
