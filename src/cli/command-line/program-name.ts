import { basename } from 'node:path';

const plugin = /^(kubectl|kubectl_complete)-(wheelwright)$/;

/**
 * How the program was called: by its own name, or by kubectl, which finds plugins as `kubectl-NAME`. A script is known by
 * its path, a single executable by its own name (`argv0`).
 */
export function programName(script: string | undefined, argv0: string): string {
  const called = calledAs(script, argv0);
  return called === 'wheelwright' ? called : 'kubectl wheelwright';
}

/** kubectl calls `kubectl_complete-NAME` for the completion of a plugin's arguments. */
export function isCompletion(script: string | undefined, argv0: string): boolean {
  return calledAs(script, argv0) === 'kubectl_complete-wheelwright';
}

function calledAs(script: string | undefined, argv0: string): string {
  const names = [script ?? '', argv0].map((path) =>
    basename(path.replaceAll('\\', '/')).replace(/\.(exe|[cm]?[jt]s)$/, ''),
  );
  return names.find((name) => plugin.test(name)) ?? 'wheelwright';
}
