import { commandGroup, type CommandEntry } from './cli-command.ts';
import { memberCommands, referenceCommands } from './members/commands.ts';

/** The reference's commands about members, as one word. */
const referenceGroup = commandGroup({
  name: 'mc',
  group: 'Compat',
  summary: 'members, with the commands and flags of kubectl kedify mc',
  examples: referenceCommands('mc ').flatMap(({ examples }) => examples.slice(0, 1)),
  entries: referenceCommands('mc '),
});

/** Every subcommand, in the order of the help. */
export const commands: readonly CommandEntry[] = [
  {
    name: 'status',
    group: 'Look',
    summary: 'the fleet on one screen: worst first, and what happens next',
    examples: ['status', 'status serving/knative -n knative-serving', 'status --watch'],
    load: async () => (await import('./status/status-command.ts')).statusCommand(),
  },
  {
    name: 'get',
    group: 'Look',
    summary: 'list objects of one type, with what the hub knows of them besides',
    examples: ['get members', 'get dso -n shop -l tier=web', 'get clusters -o wide'],
    load: async () => (await import('./get/get-command.ts')).getCommand(),
  },
  {
    name: 'explain',
    group: 'Look',
    summary: 'tell why each member has the number of replicas that it has',
    examples: ['explain dso/checkout -n shop', 'explain dso/shop/checkout', 'explain dso/checkout -o json'],
    load: async () => (await import('./explain/explain-command.ts')).explainCommand(),
  },
  {
    name: 'tree',
    group: 'Look',
    summary: 'show what belongs to an object: what scales it, and its members',
    examples: ['tree dso/checkout -n shop', 'tree dso/checkout --not-ready', 'tree dso/checkout --on eu-1'],
    load: async () => (await import('./tree/tree-command.ts')).treeCommand(),
  },
  {
    name: 'dashboard',
    group: 'Look',
    summary: 'the fleet as a live page in a browser on this machine; read only',
    examples: ['dashboard', 'dashboard --port 8001', 'dashboard --context prod-hub'],
    load: async () => (await import('./dashboard/dashboard-command.ts')).dashboardCommand(),
  },
  {
    name: 'render',
    group: 'Before',
    summary: 'print what would be applied to an empty cluster for the objects of a file',
    examples: [
      'render -f serving.yaml --manifests-dir releases',
      'render -f serving.yaml --version 1.22 -o json',
      'render -f - < serving.yaml',
    ],
    load: async () => (await import('./render/render-command.ts')).renderCommand(),
  },
  {
    name: 'diff',
    group: 'Before',
    summary: 'show how clusters would change for the objects of a file, by a dry run',
    examples: [
      'diff -f serving.yaml --provider-file providers.json',
      'diff -f serving.yaml --version 1.22 -o short',
      'diff -f -',
    ],
    load: async () => (await import('./diff/diff-command.ts')).diffCommand(),
  },
  {
    name: 'adopt',
    group: 'Before',
    summary: 'tell what taking over from knative/operator would write; nothing is expected',
    examples: [
      'adopt --dry-run --provider-file providers.json',
      'adopt --dry-run serving/knative -n knative-serving',
    ],
    load: async () => (await import('./adopt/adopt-command.ts')).adoptCommand(),
  },
  {
    name: 'images',
    group: 'Before',
    summary: 'list the images that Knative needs, for a registry of your own',
    examples: [
      'images --version 1.22 --manifests-dir releases',
      'images -f serving.yaml',
      'images --kind eventing -o json',
    ],
    load: async () => (await import('./images/images-command.ts')).imagesCommand(),
  },
  {
    name: 'plan',
    group: 'Before',
    summary: 'tell what the operator would write next to the members of an object',
    examples: ['plan dso/checkout -n shop', 'plan dso/shop/checkout -o json'],
    load: async () => (await import('./plan/plan-command.ts')).planCommand(),
  },
  {
    name: 'simulate',
    group: 'Before',
    summary: 'play an outage of members: who would run how many replicas, when and why',
    examples: [
      'simulate -f dso.yaml --total 20 --down eu-1',
      'simulate -f dso.yaml --members eu-1=3,us-2=2 --total 20 --down eu-1@30s --up eu-1@5m',
      'simulate dso/checkout -n shop --down eu-1 --weight us-2=5 --for 1h',
    ],
    load: async () => (await import('./simulate/simulate-command.ts')).simulateCommand(),
  },
  ...memberCommands,
  {
    name: 'check',
    group: 'Diagnose',
    summary: 'look for what keeps hub and clusters from working: cause and fix of each finding',
    examples: [
      'check',
      'check --on eu-1 --provider-file providers.json',
      'check --on member/us-2',
      'check --only WW20xx -o junit > access.xml',
    ],
    load: async () => (await import('./check/check-command.ts')).checkCommand(),
  },
  {
    name: 'operator',
    group: 'Self',
    summary: 'run the operator: the controller that keeps spokes true',
    examples: [],
    load: async () => (await import('./operator-command.ts')).operatorCommand,
  },
  {
    name: 'crds',
    group: 'Self',
    summary: 'print the CustomResourceDefinitions, or compare them with those of the hub',
    examples: ['crds | kubectl apply --server-side -f -', 'crds --check'],
    load: async () => (await import('./crds/crds-command.ts')).crdsCommand(),
  },
  {
    name: 'alias',
    group: 'Self',
    summary: 'make this program callable by other names of kubectl plugins',
    examples: ['alias --mc --kedify', 'alias --mc --dir ~/bin', 'alias --wheelwright'],
    load: async () => (await import('./alias/alias-command.ts')).aliasCommand(),
  },
  {
    name: 'version',
    group: 'Self',
    summary: 'print the version',
    examples: ['version', 'version -o json'],
    load: async () => (await import('./version-command.ts')).versionCommand,
  },
  {
    name: 'completion',
    group: 'Self',
    summary: 'print a script that completes this command line in a shell',
    examples: ['completion bash', 'completion zsh', 'completion fish'],
    load: async () => (await import('./completion/completion-command.ts')).completionCommand,
  },
  {
    name: 'help',
    group: 'Self',
    summary: 'tell more about a command, a topic or a code',
    examples: ['help exit-codes', 'help codes', 'help WW2007'],
    load: async () => (await import('./help/help-command.ts')).helpCommand,
  },
  referenceGroup,
  {
    name: '__complete',
    group: 'Self',
    summary: 'print what may come next on a command line',
    examples: [],
    hidden: true,
    load: async () => (await import('./completion/complete-command.ts')).completeCommand,
  },
];

const self = commands.filter(({ name }) => ['version', 'help', '__complete'].includes(name));

/** What is served under the name that the program was called by: everything, or what the reference has under that name. */
export function commandsOf(program: string): readonly CommandEntry[] {
  if (program === 'kubectl mc') return [...referenceCommands(''), ...self];
  if (program === 'kubectl kedify') return [referenceGroup, ...self];
  return commands;
}
