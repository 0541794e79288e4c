/**
 * Without the values of long flags that there are not: an unknown `--nmae=value` is then as like `--name` as one without, and
 * what may be a secret is not repeated. `names` are those of the flags that there are, with their dashes.
 */
export function withoutUnknownValues(args: readonly string[], names: ReadonlySet<string>): string[] {
  const end = args.indexOf('--');
  return args.map((arg, index) => {
    const name = /^(--[^=]+)=/.exec(arg)?.[1];
    return name === undefined || names.has(name) || (end !== -1 && index > end) ? arg : name;
  });
}
