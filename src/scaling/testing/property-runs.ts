/**
 * How much longer than usual: `PROPERTY_FACTOR=25 npx vitest run --testTimeout=3600000 src/scaling`. A long run ends with
 * the first schedule that fails, because making it smaller would take longer than finding it. `PROPERTY_SEED=1` repeats the
 * run whose failure has printed this seed, and makes what fails smaller for a while; without it every run has another seed.
 */
const factor = Number(process.env['PROPERTY_FACTOR'] ?? 1);
const seed = process.env['PROPERTY_SEED'];
const mostMs = 30_000;

/** The options of a property. Whole histories are made smaller on demand only. */
export function runs(usual: number, { isLarge = false } = {}) {
  const numRuns = usual * factor;
  return seed === undefined
    ? { numRuns, endOnFailure: isLarge || factor > 1 }
    : { numRuns, seed: Number(seed), interruptAfterTimeLimit: mostMs };
}
