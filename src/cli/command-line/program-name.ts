import { basename } from 'node:path';

/** Its own name as a plugin, and two that users have opted into (`wheelwright alias`). */
export const pluginNames = ['wheelwright', 'mc', 'kedify'] as const;

const plugin = new RegExp(`^(kubectl|kubectl_complete)-(${pluginNames.join('|')})$`);

/**
 * How the program was called: by its own name, or by kubectl, which finds plugins as `kubectl-NAME`. A script is known by
 * its path, a single executable by its own name (`argv0`).
 */
export function programName(script: string | undefined, argv0: string): string {
  const called = calledAs(script, argv0);
  return called === 'wheelwright' ? called : `kubectl ${called.slice(called.indexOf('-') + 1)}`;
}

/** kubectl calls `kubectl_complete-NAME` for the completion of a plugin's arguments. */
export function isCompletion(script: string | undefined, argv0: string): boolean {
  return calledAs(script, argv0).startsWith('kubectl_complete-');
}

function calledAs(script: string | undefined, argv0: string): string {
  const names = [script ?? '', argv0].map((path) =>
    basename(path.replaceAll('\\', '/')).replace(/\.(exe|[cm]?[jt]s)$/, ''),
  );
  return names.find((name) => plugin.test(name)) ?? 'wheelwright';
}
