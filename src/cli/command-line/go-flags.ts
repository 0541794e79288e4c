/**
 * Go programs take `-name` for `--name`, and the manifests of users say so: long flags with one dash get the second.
 * Only names that exist are touched, so that short flags keep their meaning.
 */
export function withDoubleDashes(args: readonly string[], names: ReadonlySet<string>): string[] {
  return args.map((arg) => {
    const match = /^-([a-z][a-z0-9-]+)(=.*)?$/.exec(arg);
    return match !== null && names.has(match[1] ?? '') ? `-${arg}` : arg;
  });
}
