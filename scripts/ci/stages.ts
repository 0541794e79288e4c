/** The scripts of package.json by name. */
export type Scripts = Readonly<Record<string, string>>;

export interface Stage {
  /** The npm script. */
  readonly script: string;
  /** Whether vitest runs it, and so can report how many tests there were. */
  readonly countsTests: boolean;
}

/** Slow, and there only in some checkouts. */
const slowScripts = ['test:chart', 'test:browser', 'test:docs', 'test:heavy', 'test:keda'];

/**
 * What CI runs: the checks, then each part of the test command, so that a failure in one does not hide the others, then
 * the slow tests where there are any. Throws where the test command is not a chain of scripts.
 */
export function stagesOf(scripts: Scripts): readonly Stage[] {
  const tests = (scripts['test'] ?? '').split('&&').map((part) => {
    const script = /^npm run ([\w:-]+)$/.exec(part.trim())?.[1];
    if (script === undefined)
      throw new Error(`the script 'test' must be a chain of 'npm run NAME', not '${part}'`);
    return script;
  });
  const slow = slowScripts.filter((script) => script in scripts);
  const stages = ['check', ...tests, ...slow];
  return stages.map((script) => ({ script, countsTests: (scripts[script] ?? '').startsWith('vitest ') }));
}
