import type { HubFlags } from '../hub/hub-options.ts';

/** A command to copy: with the flags about the hub that this call was given. `line` is without the name of the program. */
export function suggestedCommand(program: string, line: string, flags: HubFlags): string {
  // Help asks no hub.
  if (line.startsWith('help ')) return `${program} ${line}`;
  return [`${program} ${line}`, ...accountWords(flags)].join(' ');
}

/** The flags about where the hub is and who asks it, as they were given. */
export function accountWords({
  kubeconfig,
  context,
  cluster,
  user,
  as,
  asGroup = [],
}: HubFlags): readonly string[] {
  return [
    ...flagWords('--kubeconfig', kubeconfig),
    ...flagWords('--context', context),
    ...flagWords('--cluster', cluster),
    ...flagWords('--user', user),
    ...flagWords('--as', as),
    ...asGroup.flatMap((group) => flagWords('--as-group', group)),
  ];
}

/** Nothing where there is no value. */
export function flagWords(flag: string, value: string | undefined): readonly string[] {
  return value === undefined ? [] : [flag, shellWord(value)];
}

/** As a shell takes it. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
