/** True for what only a mistake in this program throws: errors of the language itself, and things that are no errors. */
export function isDefect(thrown: unknown): boolean {
  if (!(thrown instanceof Error)) return true;
  return (
    thrown instanceof TypeError ||
    thrown instanceof RangeError ||
    thrown instanceof ReferenceError ||
    thrown instanceof SyntaxError ||
    thrown.name === 'AssertionError'
  );
}
