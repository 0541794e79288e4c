import { FormulaError } from './formula-error.ts';

const mostSteps = 10_000;

/**
 * How much work one formula may be. Its text bounds nothing: predicates within predicates multiply, and everything else waits
 * while a formula is worked out.
 */
export class Budget {
  #left = mostSteps;

  /** Throws FormulaError where nothing is left. */
  spend(): void {
    if (--this.#left < 0) throw new FormulaError(`it takes more than ${mostSteps} steps to work out`);
  }
}
