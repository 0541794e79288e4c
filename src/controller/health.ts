/** Tells what is wrong in one line without secrets, or undefined where all is well. Quick: it is asked on every probe. */
export type HealthCheck = () => string | undefined;

export interface CheckResult {
  readonly name: string;
  readonly problem: string | undefined;
}

/** Named checks that together answer one question: is this process alive, or, is it ready. */
export class HealthRegistry {
  readonly #checks = new Map<string, HealthCheck>();

  /** Replaces a check of the same name. Returns how to take it away. */
  add(name: string, check: HealthCheck): () => void {
    this.#checks.set(name, check);
    return () => {
      if (this.#checks.get(name) === check) this.#checks.delete(name);
    };
  }

  /** Asks every check; one that throws has failed. */
  run(): readonly CheckResult[] {
    return Array.from(this.#checks, ([name, check]) => ({ name, problem: problemOf(check) }));
  }
}

function problemOf(check: HealthCheck): string | undefined {
  try {
    return check();
  } catch (error) {
    return `the check itself failed: ${error instanceof Error ? error.message : String(error)}`;
  }
}
