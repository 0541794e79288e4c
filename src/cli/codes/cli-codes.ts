/** Codes of errors on the command line. Codes are for ever: added, never changed. */
export const cliCodes = [
  {
    code: 'WW5002',
    meaning: 'The command line names a command, a flag or an argument that does not exist, or lacks one.',
    fix: 'Look at the help of the command: -h.',
  },
  {
    code: 'WW5003',
    meaning: 'A flag or an argument has a value that is not allowed.',
    fix: 'Use one of the values that the message names.',
  },
  {
    code: 'WW5004',
    meaning: 'The object that the command line names does not exist on the hub.',
    fix: 'Correct the name or the namespace; status -o name lists what there is.',
  },
  {
    code: 'WW5005',
    meaning: 'A deadline passed before there was an answer.',
    fix: 'Give it more time, or look at what it waited for.',
  },
  {
    code: 'WW5006',
    meaning: 'The operating system refused something: an address that is in use, or a file.',
    fix: 'Free the address or mend the file that the message names, or name another.',
  },
  {
    code: 'WW5007',
    meaning:
      'A file that the command line names is not there, is no YAML, or has no object of the wanted kind.',
    fix: 'Correct the path or the file as the message says.',
  },
  {
    code: 'WW5008',
    meaning: 'Something that cannot be taken back needs somebody to agree, and nobody did.',
    fix: 'Answer y, or repeat the command with --yes.',
  },
  {
    code: 'WW5009',
    meaning: 'Something that is not ours is in the way: a Secret that is no member, or a file.',
    fix: 'Choose another name or place, or remove it yourself.',
  },
  {
    code: 'WW5010',
    meaning: 'A cluster could not be prepared to be a member.',
    fix: 'Do as the message says, and repeat the command: what is done stays done.',
  },
  {
    code: 'WW5011',
    meaning: 'What was asked about a member does not fit the way in which it is registered.',
    fix: 'Say which registration is meant with --provider, or do as the message says.',
  },
  {
    code: 'WW5012',
    meaning: 'Replicas were still on a member when the time to move them away was over.',
    fix: 'See whether the other members have room for them, and give it more time with --wait.',
  },
  {
    code: 'WW5013',
    meaning: 'Without the member, nobody would serve the replicas of some DistributedScaledObject.',
    fix: 'Add another member or bring one back first; or go on all the same with --confirm=NAME.',
  },
] as const;
