import type { HubFlags } from '../hub/hub-options.ts';

/** A command to copy: with the flags about the hub that this call was given. `line` is without the name of the program. */
export function suggestedCommand(
  program: string,
  line: string,
  { kubeconfig, context }: Pick<HubFlags, 'kubeconfig' | 'context'>,
): string {
  // Help asks no hub.
  if (line.startsWith('help ')) return `${program} ${line}`;
  return [
    `${program} ${line}`,
    ...(kubeconfig === undefined ? [] : [`--kubeconfig ${shellWord(kubeconfig)}`]),
    ...(context === undefined ? [] : [`--context ${shellWord(context)}`]),
  ].join(' ');
}

/** As a shell takes it. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
