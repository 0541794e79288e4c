/** What the user typed cannot be done; the message names flag, value and remedy. The program ends with exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';

  constructor(flag: string, value: string, problemAndRemedy: string) {
    super(`${flag} '${value}': ${problemAndRemedy}`);
  }
}
