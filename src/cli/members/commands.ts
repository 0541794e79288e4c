import { commandGroup, type CommandEntry } from '../cli-command.ts';

const drain: CommandEntry = {
  name: 'drain',
  group: 'Change',
  summary: 'have everything moved away from a member, and wait until nothing runs there',
  examples: ['drain eu-1', 'drain eu-1 --wait 30m', 'drain clusterprofile#fleet/eu-1 --wait 0s'],
  load: async () => (await import('./drain-command.ts')).drainCommand(),
};

const uncordon: CommandEntry = {
  name: 'uncordon',
  group: 'Change',
  summary: 'let a member have replicas again',
  examples: ['uncordon eu-1', 'uncordon kubeconfig#eu-1', 'uncordon eu-1 --context hub'],
  load: async () => (await import('./drain-command.ts')).uncordonCommand(),
};

/** The same command as a part of `members`. */
function ofMembers(entry: CommandEntry, name = entry.name): CommandEntry {
  const own = (line: string): string => `members ${name}${line.slice(entry.name.length)}`;
  return { ...entry, name, examples: entry.examples.map(own) };
}

/** Commands about members, by our names. */
export const memberCommands: readonly CommandEntry[] = [
  commandGroup({
    name: 'members',
    group: 'Change',
    summary: 'add, list, drain and remove the clusters that take replicas',
    examples: [
      'members add eu-1 --member-context eu-1',
      'members list -o wide',
      'members remove eu-1 --drain',
    ],
    entries: [
      {
        name: 'add',
        group: 'Change',
        summary: 'make a cluster a member, in steps that are each verified',
        examples: [
          'members add eu-1 --member-context eu-1',
          'members add eu-1 --member-kubeconfig eu-1.yaml --member-api-url https://eu-1.example.com:6443',
          'members add eu-1 --from-file eu-1.yaml',
          'members add eu-1 --member-context eu-1 --as-yaml > eu-1.yaml',
        ],
        load: async () => (await import('./add-command.ts')).addCommand('own'),
      },
      {
        name: 'list',
        group: 'Look',
        summary: 'list the members that the operator has, as it tells them',
        examples: ['members list', 'members list -o wide', 'members list -o name'],
        load: async () => (await import('./list-command.ts')).listCommand('own'),
      },
      ofMembers(drain),
      ofMembers(uncordon),
      { ...ofMembers(uncordon, 'restore'), summary: 'the same as uncordon' },
      {
        name: 'remove',
        group: 'Change',
        summary: 'make a cluster no member any more',
        examples: [
          'members remove eu-1 --drain',
          'members remove eu-1 --yes',
          'members remove eu-1 --cleanup-member --member-context eu-1',
        ],
        load: async () => (await import('./remove-command.ts')).removeCommand('own'),
      },
    ],
  }),
  drain,
  uncordon,
];

/** The reference's commands; `prefix` is what stands before them on the command line. */
export function referenceCommands(prefix: '' | 'mc '): readonly CommandEntry[] {
  const lines = (...examples: readonly string[]): readonly string[] =>
    examples.map((example) => `${prefix}${example}`);
  return [
    {
      name: 'setup-member',
      group: 'Change',
      summary: 'make a cluster a member, in steps that are each verified',
      examples: lines(
        'setup-member eu-1 --keda-kubeconfig hub.yaml --member-kubeconfig eu-1.yaml',
        'setup-member eu-1 --member-context eu-1 --member-api-url https://eu-1.example.com:6443',
        'setup-member eu-1 --member-context eu-1 --dry-run=client > eu-1.yaml',
      ),
      knowsOneFailure: true,
      load: async () => (await import('./add-command.ts')).addCommand('compat'),
    },
    {
      name: 'list-members',
      group: 'Look',
      summary: 'list the members that the operator has; exits with 1 where there is none',
      examples: lines('list-members', 'list-members -o wide', 'list-members -n keda -o json'),
      knowsOneFailure: true,
      load: async () => (await import('./list-command.ts')).listCommand('compat'),
    },
    {
      name: 'delete-member',
      group: 'Change',
      summary: 'make a cluster no member any more',
      examples: lines(
        'delete-member eu-1',
        'delete-member eu-1 --provider file --yes',
        'delete-member eu-1 --drain --cleanup-member --member-kubeconfig eu-1.yaml',
      ),
      knowsOneFailure: true,
      load: async () => (await import('./remove-command.ts')).removeCommand('compat'),
    },
  ];
}
